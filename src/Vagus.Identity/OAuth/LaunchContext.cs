using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.WebUtilities;
using Vagus.Access.Audit;
using Vagus.Access.Authorization;
using Vagus.Access.Policies;
using Vagus.Access.Sessions;
using Vagus.Access.Tenants;
using Vagus.Identity.Doors;
using Vagus.Identity.SigningIn;
using Vagus.Identity.Tokens;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.OAuth;

/// <summary>What a launch's handle stands for.</summary>
internal sealed record Launch(string HandleHash, UserId User, SessionId Session, PatientId Patient, string? Encounter);

/// <summary>
/// EHR launch: a signed-in member of staff opens an application about a patient. The handle in the application's address names the context
/// and is no credential: the same user has to sign in where it is shown. It is good once, for five minutes.
/// </summary>
internal sealed class LaunchContext(
    Database database, GroupCommit commit, IFindPatients patients, OAuthAddresses addresses, IdSource ids, TimeProvider clock)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);
    private const int MaxWaiting = 20;

    private static readonly Role[] Staff =
        [.. Enum.GetValues<Role>().Where(role => role is not (Role.Patient or Role.Driver or Role.Service))];

    private static readonly string[] Known = ["clientId", "patient", "encounter"];

    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapPost(
            "/api/auth/launch-context", (HttpContext context, LaunchContext use, CancellationToken cancel) => use.Answer(context, cancel))
            .RequireCaller(Staff)
            .Audits(AuditActions.LaunchApp);

    private async Task<Results<Created<Launched>, ProblemHttpResult>> Answer(HttpContext context, CancellationToken cancel)
    {
        context.Response.Headers.CacheControl = "no-store";
        var fields = await BodyFields.Read(context.Request, Known, cancel);
        if (fields.Refusal is { } unreadable) return unreadable.ToProblem();
        var client = fields.Value.Text("clientId");
        if (client.Refusal is { } noClient) return noClient.ToProblem();
        var patient = fields.Value.Text("patient");
        if (patient.Refusal is { } noPatient) return noPatient.ToProblem();
        var encounter = fields.Value.OptionalText("encounter");
        if (encounter.Refusal is { } badEncounter) return badEncounter.ToProblem();
        if (!ChosenId.IsFhirId(patient.Value) || (encounter.Value is { } visit && !ChosenId.IsFhirId(visit)))
            return Refusals.PatientNotFound.ToProblem();

        var caller = context.Caller();
        if (await AppRow.OfTenant(database, caller.Tenant, client.Value, cancel) is not { Disabled: false } app)
            return Apps.NotFound.ToProblem();
        if (await patients.Find(context.Reach(), new PatientId(patient.Value), cancel) is not { } known)
            return Refusals.PatientNotFound.ToProblem();

        var handle = ids.NewSecret();
        var launch = new Launch(SecretHash.Of(handle), caller.User, caller.Session, known.Id, encounter.Value);
        var written = await commit.Write<string>(
            caller.Tenant, (write, token) => Write(write, app, caller, launch, context, token), cancel);
        if (written.Refusal is { } refusal) return refusal.ToProblem();
        var url = app.LaunchUrl is { } at
            ? QueryHelpers.AddQueryString(at, new Dictionary<string, string?> { ["iss"] = addresses.Fhir, ["launch"] = handle }) : null;
        return TypedResults.Created((string?)null, new Launched(handle, url, (int)Lifetime.TotalSeconds));
    }

    /// <summary>Null for a handle that is unknown, used, run out, or of another application.</summary>
    public ValueTask<Launch?> Find(AppRow app, string handle, CancellationToken cancel) => database.QueryOne(
        FindOpen,
        [SecretHash.Of(handle), app.Tenant.Value, app.Id, clock.GetUtcNow().ToMicroseconds()],
        row => new Launch(
            row.GetString(0), new UserId(row.GetString(1)), new SessionId(row.GetString(2)), new PatientId(row.GetString(3)),
            row.IsDBNull(4) ? null : row.GetString(4)),
        cancel);

    /// <summary>True once.</summary>
    public static async ValueTask<bool> Spend(WriteTransaction write, string handleHash, CancellationToken cancel) =>
        await write.Execute(SpendOnce, [write.At.ToMicroseconds(), write.Tenant.Value, handleHash], cancel) == 1;

    private static async ValueTask<Result<string>> Write(
        WriteTransaction write, AppRow app, Caller caller, Launch launch, HttpContext context, CancellationToken cancel)
    {
        object?[] row =
        [
            launch.HandleHash, write.Tenant.Value, app.Id, launch.User.Value, launch.Session.Value, launch.Patient.Value, launch.Encounter,
            (write.At + Lifetime).ToMicroseconds(), write.At.ToMicroseconds(), (long)MaxWaiting,
        ];
        if (await write.Execute(Insert, row, cancel) == 0) return TooMany;
        AuditTrail.Add(write, AuditEntry.Of(AuditActions.LaunchApp, caller, AuditOrigin.Of(context)) with
        {
            On = $"App/{app.Id}",
            Patients = [launch.Patient],
        });
        return launch.HandleHash;
    }

    internal sealed record Launched(
        string Launch, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Url, int ExpiresIn);

    private static readonly Refusal TooMany = new(
        RefusalKind.TooMany, "too_many_launches", $"At most {MaxWaiting} launches of a session wait to be used.");

    private static readonly Statement Insert = new("""
        insert into access_app_launch (handle_hash, tenant_id, app_id, user_id, session_id, patient_id, encounter_id, expires_at)
        select @handle_hash, @tenant_id, @app_id, @user_id, @session_id, @patient_id, @encounter_id, @expires_at
        where (
          select count(*)
          from access_app_launch l
          where l.tenant_id = @tenant_id
            and l.session_id = @session_id
            and l.expires_at > @now
            and l.used_at is null
        ) < @limit
        """);

    private static readonly Statement FindOpen = new("""
        select handle_hash, user_id, session_id, patient_id, encounter_id
        from access_app_launch
        where handle_hash = @handle_hash
          and tenant_id = @tenant_id
          and app_id = @app_id
          and used_at is null
          and expires_at > @now
        """);

    private static readonly Statement SpendOnce = new("""
        update access_app_launch
        set used_at = @used_at
        where tenant_id = @tenant_id
          and handle_hash = @handle_hash
          and used_at is null
          and expires_at > @used_at
        """);
}
