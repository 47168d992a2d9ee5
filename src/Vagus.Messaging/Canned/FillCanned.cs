using Vagus.Access.Authorization;
using Vagus.Kernel;
using Vagus.Messaging.Threads;
using Vagus.Messaging.Triage;
using Vagus.Storage;

namespace Vagus.Messaging.Canned;

/// <summary>Fills a canned response for one thread, with what the writer may know of its patient.</summary>
internal sealed class FillCanned(
    Database database, ThreadSights sights, IFindPatients patients, IFindUsers users, MessagingPolicies policies)
{
    /// <summary>A refusal where the caller does not see the thread.</summary>
    public async ValueTask<Result<FilledCanned>> Run(Reach reach, CannedResponse canned, string thread, CancellationToken cancel)
    {
        var sight = await sights.Of(reach, cancel);
        if (await ThreadRow.Find(database, reach.Tenant, thread, cancel) is not { } row || !sight.Sees(row))
            return MessagingRefusals.NoThread;
        var facts = row.Patient is { } patient ? await patients.Find(reach, patient, cancel) : null;
        var policy = await policies.Of(reach.Tenant, cancel);
        var names = await users.NamesOf(reach.Tenant, [reach.Caller.User.Value], cancel);
        var filled = Placeholders.Fill(canned.Content, name => name switch
        {
            "patient.firstName" => facts?.FirstName,
            "patient.lastName" => facts?.LastName,
            "patient.name" => facts?.Name,
            "staff.name" => names.GetValueOrDefault(reach.Caller.User.Value),
            "clinic.name" => policy.ClinicName,
            "clinic.phone" => policy.ClinicPhone,
            _ => null,
        });
        return new FilledCanned(row, filled);
    }
}

/// <summary>A canned response as it would be sent into a thread.</summary>
internal sealed record FilledCanned(ThreadRow Thread, string Text);
