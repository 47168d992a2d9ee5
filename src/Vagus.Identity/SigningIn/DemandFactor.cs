using Vagus.Access.Audit;
using Vagus.Access.Tenants;
using Vagus.Identity.Doors;
using Vagus.Identity.People;
using Vagus.Identity.Sessions;
using Vagus.Identity.SecondFactors;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Writing;

namespace Vagus.Identity.SigningIn;

/// <summary>
/// What is owed after a right password: a second factor where one is enrolled, its enrolment where the tenant demands one of the role and
/// there is none, otherwise nothing.
/// </summary>
internal sealed class DemandFactor(
    Database database, GroupCommit commit, TenantSettings settings, Challenges challenges, Passkeys passkeys)
{
    public async ValueTask<Refusal?> Of(ProvenUser proven, ClientFacts client, CancellationToken cancel)
    {
        var (tenant, user) = (proven.User.Tenant, proven.User.User);
        var factors = await FactorRow.Of(database, tenant, user, cancel);
        var confirmed = factors.Where(factor => factor.Confirmed).ToList();
        if (confirmed.Count == 0 && !await IsDemanded(proven, cancel)) return null;

        var keys = confirmed.Where(factor => factor.Kind == FactorKind.Passkey).ToList();
        var options = keys.Count > 0 ? passkeys.Ask(keys).ToJson() : null;
        var purpose = confirmed.Count > 0 ? ChallengePurpose.SignIn : ChallengePurpose.EnrolAtSignIn;
        var added = await commit.Write<string>(
            tenant,
            async (write, token) =>
            {
                if (!await SamePassword.Hold(write, user, proven.User.SecurityVersion, token)) return Refusals.InvalidCredentials;
                AuditTrail.Add(write, FactorEntries.Of(client.Actor, AuditActions.SignIn, user) with
                {
                    Outcome = AuditOutcome.MinorFailure, Reason = FactorOwed.CodeOf(isEnrolled: confirmed.Count > 0),
                });
                if (proven.NewHash is { } hash) await SamePassword.Rehash(write, user, hash, token);
                return await challenges.Add(write, user, purpose, session: null, options, token);
            },
            cancel);
        return added.Refusal ?? new FactorOwed(added.Value, MethodsOf(confirmed), options);
    }

    private async ValueTask<bool> IsDemanded(ProvenUser proven, CancellationToken cancel)
    {
        var setting = await settings.Read(proven.User.Tenant, SignInPolicy.Setting, cancel);
        return SignInPolicy.Parse(setting).SecondFactor.Contains(proven.User.Role);
    }

    private static string[] MethodsOf(List<FactorRow> factors) => factors.Count == 0
        ? []
        : [.. factors.Select(factor => FactorRow.NameOf(factor.Kind)).Distinct().Order(StringComparer.Ordinal), "recovery_code"];
}
