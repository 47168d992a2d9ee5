using Microsoft.AspNetCore.Http;
using Vagus.Access.Audit;
using Vagus.Access.Policies;
using Vagus.Kernel;

namespace Vagus.Identity.Administration;

/// <summary>Records who looks at accounts of others, before anything is shown: null then, else why the answer is another one.</summary>
internal sealed class RecordAccountReads(AuditTrail audit)
{
    public async ValueTask<Refusal?> Record(HttpContext context, string on, PatientId? patient = null) =>
        await audit.Append(context.Caller().Tenant, AuditActor.Of(context).Entry(AuditActions.ReadAccounts) with
        {
            On = on, Patients = patient is { } known ? [known] : [],
        });
}
