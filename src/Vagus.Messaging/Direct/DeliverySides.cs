using System.Text.Json;
using Vagus.Access.Authorization;
using Vagus.Fhir.Records;
using Vagus.Kernel;
using Vagus.Messaging.Messages;
using Vagus.Messaging.Threads;
using Vagus.Storage;

namespace Vagus.Messaging.Direct;

/// <summary>
/// The driver and the patient of a delivery, who begin to write to each other about it as long as it is under way: the Task names the
/// patient in <c>for</c> and the driver, a Practitioner, in <c>owner</c>. Whoever it does not name finds nobody.
/// </summary>
internal sealed class DeliverySides(Database database, FhirRecords records, IFindUsers accounts)
{
    private const string PatientType = "Patient/";
    private const string PractitionerType = "Practitioner/";
    private static readonly string[] UnderWay = ["requested", "received", "accepted", "ready", "in-progress", "on-hold"];

    /// <param name="by">Who writes.</param>
    /// <param name="to">The id that was given for the other side.</param>
    /// <param name="task">What the message is about.</param>
    /// <param name="cancel">Ends the reading.</param>
    public async ValueTask<Result<Recipient>> Find(MessageAuthor by, string to, string task, CancellationToken cancel)
    {
        if (by.Caller.Role is not (Role.Driver or Role.Patient)) return MessagingRefusals.NoRecipient;
        var read = await records.AsServer(by.Caller, by.Origin, cancel).Read("Task", task);
        if (read.Refusal is { Kind: RefusalKind.Unavailable } unrecorded) return unrecorded;
        if (read.IsRefused || Named(read.Value.Json, "for", PatientType) is not { } patient
            || Named(read.Value.Json, "owner", PractitionerType) is not { } owner || !IsUnderWay(read.Value.Json))
        {
            return MessagingRefusals.NoRecipient;
        }

        return by.Caller.Role == Role.Driver
            ? await PatientOf(by.Caller, to, new PatientId(patient), owner, cancel)
            : await DriverOf(by.Caller, to, new PatientId(patient), owner, cancel);
    }

    private async ValueTask<Result<Recipient>> PatientOf(
        Caller driver, string to, PatientId patient, string owner, CancellationToken cancel)
    {
        if (driver.Practitioner != owner) return MessagingRefusals.NoRecipient;
        var name = ThreadNames.Of(patient);
        if (to != name && to != patient.Value && to != (await accounts.OfPatient(driver.Tenant, patient, cancel))?.User.Value)
            return MessagingRefusals.NoRecipient;
        return new Recipient(name, [name]) { Patient = patient };
    }

    private async ValueTask<Result<Recipient>> DriverOf(
        Caller patient, string to, PatientId of, string owner, CancellationToken cancel)
    {
        // A direct thread of the patient's side is that of its own record: a proxy writes to the driver by way of staff.
        if (Correspondents.SideOf(patient) != ThreadNames.Of(of)) return MessagingRefusals.NoRecipient;
        var users = await accounts.OfPractitioners(database, patient.Tenant, [owner], cancel);
        return users.FirstOrDefault(user => user.Role == Role.Driver) is { } driver
            && (to == driver.User.Value || to == owner || to == $"{PractitionerType}{owner}")
            ? new Recipient(driver.User.Value, [driver.User.Value]) : MessagingRefusals.NoRecipient;
    }

    private static bool IsUnderWay(JsonElement task) =>
        task.TryGetProperty("status", out var status) && UnderWay.Contains(status.GetString());

    private static string? Named(JsonElement task, string element, string type) =>
        task.TryGetProperty(element, out var reference) && reference.TryGetProperty("reference", out var text)
            && text.GetString() is { } named && named.StartsWith(type, StringComparison.Ordinal) ? named[type.Length..] : null;
}
