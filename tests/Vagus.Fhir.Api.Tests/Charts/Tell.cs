using Vagus.Events;
using Vagus.Kernel;
using Vagus.Storage.Log;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Api.Tests.Charts;

/// <summary>Events of alerts, as the alerts tell them.</summary>
internal static class Tell
{
    public static Task Raised(Clinic clinic, string alert, string patient, LoggedEvent source, string owner = "u1") => Append(
        clinic, patient, source.Resource,
        new AlertRaised(alert, "critical_lab_value", "urgent", 1, patient, source.Resource, owner, "provider", null, source.EventId));

    public static Task Acknowledged(Clinic clinic, string alert, string patient) => Append(
        clinic, patient, null, new AlertAcknowledged(alert, "critical_lab_value", "u1", DateTimeOffset.UnixEpoch, patient));

    public static Task Resolved(Clinic clinic, string alert, string patient) => Append(
        clinic, patient, null, new AlertResolved(alert, "critical_lab_value", DateTimeOffset.UnixEpoch, "u1", patient));

    public static async Task Append(Clinic clinic, string patient, string? resource, EventData data)
    {
        var draft = new NewEvent(clinic.Server.Get<IdSource>().NewId(), EventCatalogue.Of(data).Name, EventCatalogue.Serialize(data))
        {
            Patient = new PatientId(patient),
            Resource = resource,
        };
        var written = await clinic.Server.Get<GroupCommit>().Write<long>(
            clinic.Tenant, async (write, cancel) => await write.Append(draft, cancel), CancellationToken.None);
        Assert.False(written.IsRefused);
    }
}
