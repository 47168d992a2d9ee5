using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access;
using Vagus.Access.Audit;
using Vagus.Access.Policies;
using Vagus.Access.Sessions;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.Notices;

/// <summary>
/// <c>GET</c> and <c>PUT /api/preferences</c>, and the same at <c>/api/patient-portal/preferences</c>: how the caller wants to be told.
/// What a change does not name stays as it is.
/// </summary>
internal sealed class ManagePreferences(Database database, GroupCommit commit, PreferenceStore store)
{
    private const int MaxBytes = 4 * 1024;

    private static readonly Role[] People = [.. Enum.GetValues<Role>().Where(role => role != Role.Service)];

    private static readonly SmallJson Body = new(MaxBytes, maxDepth: 6)
    {
        NoJson = Refusals.InvalidRequest, TooLarge = Refusals.TooLarge, BrokenText = Refusals.InvalidRequest,
    };

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        MapAt(endpoints.MapGroup("/api/preferences").RecordsRefusals(), People);
        MapAt(endpoints.MapGroup("/api/patient-portal/preferences").RecordsRefusals(), [Role.Patient]);
    }

    private static void MapAt(IEndpointRouteBuilder door, Role[] roles)
    {
        door.MapGet("/", (HttpContext http, ManagePreferences use) => use.Show(http))
            .RequireCaller(roles)
            .AuditsNothing("a person sees the own preferences only");
        door.MapPut("/", (HttpContext http, ManagePreferences use) => use.Change(http))
            .RequireCaller(roles)
            .Audits(AuditActions.ChangeNotices);
    }

    private async Task<Results<Ok<PreferencesAnswer>, ProblemHttpResult>> Show(HttpContext http)
    {
        http.Response.Headers.CacheControl = "no-store";
        var shown = await Answer(database, http.Caller(), http.RequestAborted);
        return shown.Refusal is { } refusal ? refusal.ToProblem() : TypedResults.Ok(shown.Value);
    }

    private async Task<Results<Ok<PreferencesAnswer>, ProblemHttpResult>> Change(HttpContext http)
    {
        http.Response.Headers.CacheControl = "no-store";
        var body = await Body.Read(http.Request, http.RequestAborted);
        if (body.Refusal is { } unreadable) return unreadable.ToProblem();
        var (caller, actor) = (http.Caller(), AuditActor.Of(http));
        var changed = await commit.Write<PreferencesAnswer>(
            caller.Tenant, (write, cancel) => Change(write, caller, actor, body.Value, cancel), http.RequestAborted);
        return changed.Refusal is { } refusal ? refusal.ToProblem() : TypedResults.Ok(changed.Value);
    }

    private async ValueTask<Result<PreferencesAnswer>> Change(
        WriteTransaction write, Caller caller, AuditActor actor, JsonElement body, CancellationToken cancel)
    {
        if (await NoticePerson.Find(write, write.Tenant, caller.User, cancel) is not { } person) return Authentication.Unauthenticated;
        var before = await store.Of(write, write.Tenant, caller.User, cancel);
        var read = PreferenceChange.Apply(before, person.Email, body);
        if (read.Refusal is { } invalid) return invalid;
        await store.Save(write, caller.User, read.Value, cancel);
        // Whoever switches mails on says that the address works.
        if (read.Value.Preferences.Email && PreferenceChange.NamesEmail(body)) await NoticePerson.Accept(write, person.Email, cancel);
        AuditTrail.Add(write, actor.Entry(AuditActions.ChangeNotices) with { On = $"User/{caller.User.Value}", Detail = "preferences" });
        return await Answer(write, caller, cancel);
    }

    private async ValueTask<Result<PreferencesAnswer>> Answer(IRunQueries queries, Caller caller, CancellationToken cancel) =>
        await NoticePerson.Find(queries, caller.Tenant, caller.User, cancel) is { } person
            ? PreferencesAnswer.Of(await store.Of(queries, caller.Tenant, caller.User, cancel), person)
            : Authentication.Unauthenticated;
}

/// <summary>What a person has chosen, as it is answered.</summary>
internal sealed record PreferencesAnswer(
    EmailPreference Email, SmsPreference Sms, PushPreference Push, DigestPreference Digest, QuietHours? QuietHours, string TimeZone,
    string Language, KindPreference Kinds)
{
    public static PreferencesAnswer Of(ChosenNotices chosen, NoticePerson person)
    {
        var own = chosen.Preferences;
        return new PreferencesAnswer(
            new EmailPreference(own.Email, person.Email, person.RefusedAt), new SmsPreference(own.Sms, chosen.Phone),
            new PushPreference(own.Push), new DigestPreference(own.Digest, own.DigestTime), own.QuietHours, own.TimeZone, own.Language,
            new KindPreference(own.Message, own.Notification));
    }
}

/// <param name="Enabled">Notices by e-mail.</param>
/// <param name="Address">The account's.</param>
/// <param name="RefusedAt">Since when a mail server says that there is no such address; nothing is sent there from then on.</param>
internal sealed record EmailPreference(bool Enabled, string Address, DateTimeOffset? RefusedAt);

internal sealed record SmsPreference(bool Enabled, string? Phone);

internal sealed record PushPreference(bool Enabled);

internal sealed record DigestPreference(bool Enabled, string Time);

/// <summary>The channels by which each kind is told.</summary>
internal sealed record KindPreference(IReadOnlyList<string> Message, IReadOnlyList<string> Notification);
