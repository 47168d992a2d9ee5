using System.Runtime.CompilerServices;
using Vagus.Access.Authorization;
using Vagus.Care.OnCall;
using Vagus.Care.Seeing;
using Vagus.Kernel;
using Vagus.Storage.Writing;

namespace Vagus.Care.Alerts;

/// <summary>
/// Whom an alert waits for, found at the moment when it gets there: a role stands in the policy, and a person is found who has it now, is
/// not away, may see what the alert is about, and may answer it.
/// </summary>
internal sealed class FindOwner(IFindUsers users, WhoIsOnCall onCall)
{
    /// <summary>The event by which an owner is told.</summary>
    public const string ToldBy = "notification.critical";

    // Candidates are asked one after the other, so that only a record that few may see leads far.
    private const int MostAsked = 10_000;

    // The owner where the policy's choice finds no user: a charge nurse, an administrator, then any role that treats patients.
    private static readonly Role[] AtLast = [Role.Admin, Role.Nurse, Role.Provider, Role.MedicalAssistant];

    /// <summary>
    /// The owner at this level or at the next that has one. The last level has one always, be it the one who had it before: only a tenant
    /// without staff has no owner.
    /// </summary>
    public async ValueTask<(int Level, AlertOwner? Owner)> From(
        WriteTransaction write, Alert alert, int level, CancellationToken cancel)
    {
        var sight = await Sight.Of(write, [alert.Source], cancel);
        for (var at = level; at <= alert.Policy.Levels.Count; at++)
        {
            var to = alert.Policy.Levels[at - 1].To;
            if (await FirstOf(write, alert, sight, ByPolicy(write, alert, to, cancel), except: alert.Owner?.UserId, cancel) is { } owner)
                return (at, owner);
        }

        var last = Math.Min(level, alert.Policy.Levels.Count);
        return (last, await Anybody(write, alert, sight, cancel));
    }

    /// <summary>The first owner: at level 1 any user that is found, so that no alert begins behind its own policy.</summary>
    public async ValueTask<AlertOwner?> First(WriteTransaction write, Alert alert, CancellationToken cancel)
    {
        var sight = await Sight.Of(write, [alert.Source], cancel);
        var chosen = ByPolicy(write, alert, alert.Policy.Levels[0].To, cancel);
        return await FirstOf(write, alert, sight, chosen, except: null, cancel) ?? await Anybody(write, alert, sight, cancel);
    }

    private async ValueTask<AlertOwner?> Anybody(WriteTransaction write, Alert alert, Sight sight, CancellationToken cancel)
    {
        if (await FirstOf(write, alert, sight, AtLastResort(write, cancel), except: null, cancel) is { } owner) return owner;
        // No user may see it. An administrator owns it without seeing it, so that it is delegated or opened in an emergency.
        AlertOwner? atLeast = null;
        await foreach (var candidate in WithoutSeeing(write, cancel))
        {
            // The first who is not away and does not have it already, or else the first.
            var user = await onCall.StandIn(write, write.Tenant, candidate, write.At, cancel);
            if (user is not null && user.User.Value != alert.Owner?.UserId && AlertActor.Roles.Contains(user.Role)) return Unseen(user);
            atLeast ??= Unseen(candidate);
        }

        return atLeast;
    }

    private static AlertOwner Unseen(UserFacts user) => new(user.User.Value, user.Name, user.Role.Name(), IsHidden: true);

    private async ValueTask<AlertOwner?> FirstOf(
        WriteTransaction write, Alert alert, Sight sight, IAsyncEnumerable<UserFacts> candidates, string? except, CancellationToken cancel)
    {
        await foreach (var candidate in candidates.WithCancellation(cancel))
        {
            if (await onCall.StandIn(write, write.Tenant, candidate, write.At, cancel) is not { } user) continue;
            if (user.User.Value == except || !AlertActor.MayOwn(user, alert, sight)) continue;
            return new AlertOwner(user.User.Value, user.Name, user.Role.Name(), IsHidden: false);
        }

        return null;
    }

    private async IAsyncEnumerable<UserFacts> ByPolicy(
        WriteTransaction write, Alert alert, string to, [EnumeratorCancellation] CancellationToken cancel)
    {
        if (to == AlertLevel.Owner && alert.Provider is { } practitioner
            && await users.OfPractitioner(write, write.Tenant, practitioner, cancel) is { } ordering)
        {
            yield return ordering;
        }

        foreach (var duty in DutiesOf(to))
        {
            foreach (var user in await onCall.With(write, write.Tenant, duty, write.At, cancel)) yield return user;
        }

        if (to != AlertLevel.Admin) yield break;
        foreach (var admin in await users.WithRole(write, write.Tenant, Role.Admin, MostAsked, cancel)) yield return admin;
    }

    private async IAsyncEnumerable<UserFacts> WithoutSeeing(
        WriteTransaction write, [EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var admin in await users.WithRole(write, write.Tenant, Role.Admin, MostAsked, cancel)) yield return admin;
        await foreach (var user in AtLastResort(write, cancel)) yield return user;
    }

    private async IAsyncEnumerable<UserFacts> AtLastResort(
        WriteTransaction write, [EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var nurse in await onCall.With(write, write.Tenant, Duty.ChargeNurse, write.At, cancel)) yield return nurse;
        foreach (var role in AtLast)
        {
            foreach (var user in await users.WithRole(write, write.Tenant, role, MostAsked, cancel)) yield return user;
        }
    }

    private static string[] DutiesOf(string to) => to switch
    {
        AlertLevel.Owner => [Duty.Provider],
        AlertLevel.Backup => [Duty.BackupProvider, Duty.Provider],
        AlertLevel.ChargeNurse => [Duty.ChargeNurse],
        AlertLevel.Phone => [Duty.Operator, Duty.ChargeNurse],
        _ => [],
    };
}
