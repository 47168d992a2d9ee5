using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Audit;
using Vagus.Access.Authorization;
using Vagus.Access.Policies;
using Vagus.Identity.Doors;
using Vagus.Identity.People;
using Vagus.Kernel;

namespace Vagus.Identity.Administration;

/// <summary>
/// Who acts for a patient: list, grant, revoke, by the staff who know the family. A proxy is named by its user's id: a user acts for a
/// patient under one grant. What the desk, assistants and nurses grant opens nothing until a provider or an administrator confirms it.
/// </summary>
internal sealed class PatientProxies(
    IFindPatients patients, ListProxies list, ChangeUser change, FindUser users, RecordAccountReads reads)
{
    private static readonly string[] Fields = ["userId", "email", "relationship", "from", "until"];
    private static readonly Policy Staff =
        Policy.Of("manage_proxies", Role.Admin, Role.Provider, Role.Nurse, Role.MedicalAssistant, Role.FrontDesk);

    private static readonly Policy Deciders = Policy.Of("confirm_proxies", Role.Admin, Role.Provider);

    public static void Map(IEndpointRouteBuilder patient)
    {
        var proxies = patient.MapGroup("/proxies").Require(Staff);
        proxies.MapGet("", (string patientId, HttpContext context, PatientProxies use, CancellationToken cancel) =>
            use.List(patientId, context, cancel)).Audits(AuditActions.ReadAccounts);
        proxies.MapPost("", (string patientId, HttpContext context, PatientProxies use, CancellationToken cancel) =>
            use.Grant(patientId, context, cancel)).Audits(AuditActions.GrantProxy).RequireFreshSignIn();
        proxies.MapPost(
            "/{proxyId}/confirmation", (string patientId, string proxyId, HttpContext context, PatientProxies use, CancellationToken cancel) =>
                use.Confirm(patientId, proxyId, context, cancel)).Require(Deciders).Audits(AuditActions.ConfirmProxy).RequireFreshSignIn();
        proxies.MapDelete(
            "/{proxyId}", (string patientId, string proxyId, HttpContext context, PatientProxies use, CancellationToken cancel) =>
                use.Revoke(patientId, proxyId, context, cancel)).Audits(AuditActions.RevokeProxy).RequireFreshSignIn();
    }

    private async Task<Results<Ok<ProxyPage>, ProblemHttpResult>> List(string patientId, HttpContext context, CancellationToken cancel)
    {
        var patient = await patients.Find(context.Reach(), new PatientId(patientId), cancel);
        if (patient is null) return Refusals.PatientNotFound.ToProblem();
        if (await reads.Record(context, "Proxies", patient: patient.Id) is { } unrecorded) return unrecorded.ToProblem();
        return TypedResults.Ok(new ProxyPage(await list.OfPatient(context.Caller().Tenant, patient.Id, cancel)));
    }

    private async Task<Results<Created<ProxyView>, ProblemHttpResult>> Grant(
        string patientId, HttpContext context, CancellationToken cancel)
    {
        var fields = await BodyFields.Read(context.Request, Fields, cancel);
        if (fields.Refusal is { } unreadable) return unreadable.ToProblem();
        var caller = context.Caller();
        var terms = TermsIn(fields.Value, caller);
        if (terms.Refusal is { } badTerms) return badTerms.ToProblem();
        var patient = await patients.Find(context.Reach(), new PatientId(patientId), cancel);
        if (patient is null) return Refusals.PatientNotFound.ToProblem();
        var user = await UserIn(fields.Value, caller.Tenant, cancel);
        if (user.Refusal is { } noUser) return noUser.ToProblem();

        var granted = await change.GrantProxy(AuditActor.Of(context), caller.Tenant, user.Value, patient.Id, terms.Value, cancel);
        if (granted.Refusal is { } refusal) return refusal.ToProblem();
        return TypedResults.Created((string?)null, await View(caller.Tenant, patient.Id, user.Value, cancel));
    }

    private async Task<Results<Ok<ProxyView>, ProblemHttpResult>> Confirm(
        string patientId, string proxyId, HttpContext context, CancellationToken cancel)
    {
        var caller = context.Caller();
        var (patient, user) = (await patients.Find(context.Reach(), new PatientId(patientId), cancel), new UserId(proxyId));
        if (patient is null) return Refusals.PatientNotFound.ToProblem();
        var confirmed = await change.ConfirmProxy(AuditActor.Of(context), caller, user, patient.Id, cancel);
        return confirmed.Refusal is { } refusal
            ? refusal.ToProblem() : TypedResults.Ok(await View(caller.Tenant, patient.Id, user, cancel));
    }

    private async ValueTask<ProxyView> View(TenantId tenant, PatientId patient, UserId user, CancellationToken cancel) =>
        (await list.OfPatient(tenant, patient, cancel)).Single(proxy => proxy.UserId == user.Value);

    private async Task<Results<NoContent, ProblemHttpResult>> Revoke(
        string patientId, string proxyId, HttpContext context, CancellationToken cancel)
    {
        var caller = context.Caller();
        var patient = await patients.Find(context.Reach(), new PatientId(patientId), cancel);
        if (patient is null) return Refusals.PatientNotFound.ToProblem();
        var revoked = await change.RevokeProxy(AuditActor.Of(context), caller.Tenant, new UserId(proxyId), patient.Id, cancel);
        return revoked.Refusal is { } refusal ? refusal.ToProblem() : TypedResults.NoContent();
    }

    private async ValueTask<Result<UserId>> UserIn(RequestFields fields, TenantId tenant, CancellationToken cancel)
    {
        if (fields.Has("userId") == fields.Has("email")) return Refusals.InvalidRequest;
        if (fields.Has("userId"))
        {
            var id = fields.Text("userId");
            return id.Refusal is { } noId ? noId : new UserId(id.Value);
        }

        var email = fields.Text("email", EmailAddress.MaxLength);
        return email.Refusal is { } noEmail ? noEmail : await users.FindPatient(tenant, email.Value, cancel);
    }

    private static Result<ProxyTerms> TermsIn(RequestFields fields, Caller by)
    {
        var relationship = fields.Text("relationship");
        if (relationship.Refusal is { } noRelationship) return noRelationship;
        var from = fields.OptionalInstant("from");
        if (from.Refusal is { } badFrom) return badFrom;
        var until = fields.OptionalInstant("until");
        if (until.Refusal is { } badUntil) return badUntil;
        return new ProxyTerms(relationship.Value)
        {
            From = from.Value, Until = until.Value, GrantedBy = by.User, AwaitsConfirmation = !Deciders.Admits(by.Role),
        };
    }
}
