using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Audit;
using Vagus.Access.Policies;
using Vagus.Access.Tenants;
using Vagus.Access.Vault;
using Vagus.Identity.Doors;
using Vagus.Identity.Mail;
using Vagus.Identity.Sessions;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.BreakingGlass;

/// <summary>
/// Opens the labelled records of one patient to the caller's session in an emergency. The row, the audit's entry and the mails to the
/// privacy officers are one write: nothing is opened that they are not told of. It cannot be prolonged: when it is over it is asked for
/// anew.
/// </summary>
internal sealed class BreakTheGlass(
    GroupCommit commit, IReadPatients patients, TenantSettings settings, QueueMail mails, RootKey root, IdSource ids,
    SessionAuthentication sessions)
{
    /// <summary>What the reason is sealed for.</summary>
    public const string ReasonPurpose = "break-glass-reason";

    private const int LongestReason = 1000;

    // Each of them is a condition in every statement of the session.
    private const long MostAtOnce = 3;
    private static readonly string[] Fields = ["reason", "purpose", "medicalEmergency"];

    public static void Map(IEndpointRouteBuilder patient) => patient.MapPost(
        "/break-glass", (string patientId, HttpContext http, BreakTheGlass use, CancellationToken cancel) =>
            use.Answer(new PatientId(patientId), http, cancel))
        .RequireCaller(BreakGlassPolicy.Clinical).RequireFreshSignIn().Audits(AuditActions.BreakGlass);

    private async Task<Results<Created<Broken>, ProblemHttpResult>> Answer(PatientId patient, HttpContext http, CancellationToken cancel)
    {
        var fields = await BodyFields.Read(http.Request, Fields, cancel);
        if (fields.Refusal is { } unreadable) return unreadable.ToProblem();
        var asked = AskedIn(fields.Value, patient);
        if (asked.Refusal is { } bad) return bad.ToProblem();

        var caller = http.Caller();
        var origin = AuditOrigin.Of(http);
        var policy = BreakGlassPolicy.Parse(await settings.Read(caller.Tenant, BreakGlassPolicy.Setting, cancel));
        if (!policy.Roles.Contains(caller.Role)) return NotAllowed.ToProblem();
        if (await patients.Find(caller.Tenant, patient, cancel) is null) return NoPatient.ToProblem();
        var broken = await commit.Write<Broken>(
            caller.Tenant, (write, token) => Write(write, caller, asked.Value, policy, origin, token), cancel);
        if (broken.Refusal is { } refused) return refused.ToProblem();

        var at = (broken.Value.EndsAt - policy.Length).ToMicroseconds();
        sessions.RightsHaveChanged(new GlassChange(broken.Value.Id, HasEnded: false, at, caller.Tenant, caller.Session));
        return TypedResults.Created((string?)null, broken.Value);
    }

    private async ValueTask<Result<Broken>> Write(
        WriteTransaction write, Caller caller, Asked asked, BreakGlassPolicy policy, AuditOrigin origin, CancellationToken cancel)
    {
        var (id, endsAt) = (ids.NewId(), write.At + policy.Length);
        object?[] mine = [write.Tenant.Value, caller.Session.Value];
        if (await write.QueryOne(CountOpen, mine, row => row.GetInt64(0), cancel) >= MostAtOnce) return TooMany;
        object?[] row =
        [
            write.Tenant.Value, id, caller.Session.Value, caller.User.Value, caller.Role.Name(), asked.Patient.Value, asked.Purpose,
            asked.MedicalEmergency, root.Wrap(ReasonPurpose, id, Encoding.UTF8.GetBytes(asked.Reason)), write.At.ToMicroseconds(),
            endsAt.ToMicroseconds(),
        ];
        if (await write.Execute(Insert, row, cancel) == 0) return AlreadyOpen;

        var detail = $"break-glass={id},minutes={(int)policy.Length.TotalMinutes}{(asked.MedicalEmergency ? ",part2=true" : "")}";
        AuditTrail.Add(write, AuditEntry.Of(AuditActions.BreakGlass, caller with { Purpose = asked.Purpose }, origin) with
        {
            On = $"Patient/{asked.Patient}",
            Patients = [asked.Patient],
            Detail = detail,
        });
        foreach (var officer in await PrivacyOfficers.AddressesOf(write, policy, cancel)) mails.Add(write, MailKind.BreakGlass, officer);
        return new Broken(id, asked.Patient.Value, asked.Purpose, asked.MedicalEmergency, endsAt);
    }

    private static Result<Asked> AskedIn(RequestFields fields, PatientId patient)
    {
        if (!ChosenId.IsFhirId(patient.Value)) return NoPatient;
        var reason = fields.Text("reason", LongestReason);
        if (reason.Refusal is { } noReason) return noReason;
        if (string.IsNullOrWhiteSpace(reason.Value)) return FieldRefusals.Missing("reason");
        var purpose = fields.Text("purpose");
        if (purpose.Refusal is { } noPurpose) return noPurpose;
        if (purpose.Value is not ("ETREAT" or "BTG")) return FieldRefusals.Wrong("purpose", "'ETREAT' or 'BTG'");
        var emergency = fields.Flag("medicalEmergency");
        return emergency.Refusal is { } badFlag
            ? badFlag : new Asked(patient, reason.Value, purpose.Value, emergency.Value ?? false);
    }

    /// <param name="Patient">Whose records.</param>
    /// <param name="Reason">In the words of the caller; kept sealed.</param>
    /// <param name="Purpose">ETREAT or BTG.</param>
    /// <param name="MedicalEmergency">42 CFR 2.51: the caller attests an emergency in which consent cannot be had.</param>
    private sealed record Asked(PatientId Patient, string Reason, string Purpose, bool MedicalEmergency);

    /// <summary>What was opened, and until when.</summary>
    internal sealed record Broken(string Id, string PatientId, string Purpose, bool MedicalEmergency, DateTimeOffset EndsAt);

    private static readonly Refusal NotAllowed = new(
        RefusalKind.Forbidden, "break_glass_not_allowed", "Your role may not open records in an emergency in this organization.");

    private static readonly Refusal NoPatient = new(RefusalKind.NotFound, "patient_not_found", "There is no such patient.");

    private static readonly Refusal AlreadyOpen = new(
        RefusalKind.Conflict, "break_glass_open", "Your session has this patient's records open already.");

    private static readonly Refusal TooMany = new(
        RefusalKind.Conflict, "break_glass_limit", $"A session has at most {MostAtOnce} patients' records open in an emergency.");

    private static readonly Statement CountOpen = new("""
        select count(*)
        from access_break_glass
        where tenant_id = @tenant_id
          and session_id = @session_id
          and ended_at is null
        """);

    private static readonly Statement Insert = new("""
        insert into access_break_glass
          (tenant_id, glass_id, session_id, user_id, role, patient_id, purpose, medical_emergency, reason, begun_at, ends_at, changed_at)
        values
          (@tenant_id, @glass_id, @session_id, @user_id, @role, @patient_id, @purpose, @medical_emergency, @reason, @begun_at, @ends_at,
           @begun_at)
        on conflict do nothing
        """);
}
