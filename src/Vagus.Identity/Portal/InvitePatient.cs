using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Audit;
using Vagus.Access.Authorization;
using Vagus.Access.Policies;
using Vagus.Identity.Doors;
using Vagus.Identity.Mail;
using Vagus.Identity.Notices;
using Vagus.Identity.People;
using Vagus.Identity.Recovery;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.Portal;

/// <summary>
/// Invites a patient to open a portal account: by a mail to the address, or by a code that the staff hand over. A newer invitation voids
/// the older ones of the patient.
/// </summary>
public sealed class InvitePatient
{
    internal static readonly Policy Staff =
        Policy.Of("invite_patients", Role.Admin, Role.Provider, Role.Nurse, Role.MedicalAssistant, Role.FrontDesk);

    private static readonly string[] Fields = ["email", "deliver"];
    private readonly IReadPatients patients;
    private readonly IFindPatients find;
    private readonly GroupCommit commit;
    private readonly QueueMail mails;
    private readonly IdSource ids;

    internal InvitePatient(IReadPatients patients, IFindPatients find, GroupCommit commit, QueueMail mails, IdSource ids) =>
        (this.patients, this.find, this.commit, this.mails, this.ids) = (patients, find, commit, mails, ids);

    internal static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapPost(
            "/portal-invitation",
            (string patientId, HttpContext context, InvitePatient invite, CancellationToken cancel) =>
                invite.Answer(patientId, context, cancel)).Require(Staff).Audits(AuditActions.InvitePatient);

    /// <summary>As the operator, who reaches every patient of the tenant.</summary>
    public async ValueTask<Result<Invitation>> Invite(
        TenantId tenant, PatientId patient, string email, bool byMail, CancellationToken cancel) =>
        await Invite(AuditActor.Operator, tenant, await patients.Find(tenant, patient, cancel), email, byMail, cancel);

    private async Task<Results<Created<Invitation>, ProblemHttpResult>> Answer(
        string patientId, HttpContext context, CancellationToken cancel)
    {
        var fields = await BodyFields.Read(context.Request, Fields, cancel);
        if (fields.Refusal is { } unreadable) return unreadable.ToProblem();
        var email = fields.Value.Text("email", EmailAddress.MaxLength);
        if (email.Refusal is { } noEmail) return noEmail.ToProblem();
        var byMail = Invitation.IsByMail(fields.Value);
        if (byMail.Refusal is { } badDelivery) return badDelivery.ToProblem();

        var caller = context.Caller();
        var patient = await find.Find(context.Reach(), new PatientId(patientId), cancel);
        var outcome = await Invite(AuditActor.Of(context), caller.Tenant, patient, email.Value, byMail.Value, cancel);
        return outcome.Refusal is { } refusal ? refusal.ToProblem() : TypedResults.Created((string?)null, outcome.Value);
    }

    private async ValueTask<Result<Invitation>> Invite(
        AuditActor by, TenantId tenant, PatientFacts? patient, string email, bool byMail, CancellationToken cancel)
    {
        var address = email.Trim();
        if (patient is null) return Refusals.PatientNotFound;
        if (!EmailAddress.IsValid(address)) return Refusals.InvalidEmail;
        // It is asked for at the activation: without it everybody who finds the sheet of paper could open the account.
        if (patient.BirthDate is not { Length: FullDate }) return NoBirthDate;

        return await commit.Write<Invitation>(
            tenant, (write, token) => Write(write, by, patient, address, byMail, token), cancel);
    }

    private async ValueTask<Result<Invitation>> Write(
        WriteTransaction write, AuditActor by, PatientFacts patient, string email, bool byMail, CancellationToken cancel)
    {
        // Holds the tenant's head: of two invitations in two processes the later one voids the earlier.
        await write.NextPosition(cancel);
        var has = await write.QueryOne(
            CountAccounts, [write.Tenant.Value, patient.Id.Value, UserRow.KeyOf(email)],
            row => (OfPatient: row.GetInt64(0), OfEmail: row.GetInt64(1)), cancel);
        // Whose mails the inviter reads: the account would be the inviter's own.
        if (by.Caller is { } caller && await Mailboxes.IsOf(write, caller.User, email, cancel)) return Refusals.OwnAccount;
        if (has.OfPatient > 0) return AccountExists;
        if (has.OfEmail > 0) return EmailTaken;

        var secret = ids.NewSecret();
        var token = new NewToken(TokenPurpose.PortalInvitation, patient.Id.Value, email, byMail);
        var expires = await OneTimeTokens.Issue(write, token, secret, cancel);
        AuditTrail.Add(write, by.Entry(AuditActions.InvitePatient) with
        {
            On = $"Patient/{patient.Id}", Patients = [patient.Id], Detail = byMail ? "by=mail" : "by=code",
        });
        // The account is not there yet: the record says in which language the patient reads.
        var language = NoticePreferences.LanguageOf(patient.Language);
        if (byMail) mails.Add(write, MailKind.PortalInvitation, email, (secret, expires), language);
        return new Invitation(expires, byMail ? null : secret);
    }

    private const int FullDate = 10;

    private static readonly Refusal NoBirthDate = new(
        RefusalKind.Unprocessable, "birth_date_missing", "The patient's record has no full birth date, which the activation asks for.");

    private static readonly Refusal AccountExists = new(
        RefusalKind.Conflict, "portal_account_exists", "The patient has a portal account already.");

    private static readonly Refusal EmailTaken = new(
        RefusalKind.Conflict, "email_taken", "Another portal account of this organization has this address.");

    private static readonly Statement CountAccounts = new("""
        select
          (select count(*) from access_user where tenant_id = @tenant_id and patient_id = @patient_id),
          (select count(*) from access_user where tenant_id = @tenant_id and door = 'patient' and email_key = @email_key)
        """);
}
