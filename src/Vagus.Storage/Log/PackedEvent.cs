using Vagus.Kernel;

namespace Vagus.Storage.Log;

/// <summary>
/// The texts of an event as its row keeps them, in one column: ids of 36 characters are 16 bytes there, and what one field says of another
/// is not repeated. Every text comes back exactly as it was given. The order of the fields is in databases.
/// </summary>
internal sealed record PackedEvent(
    BodyForm Body,
    string EventId,
    string? TraceParent,
    string? CorrelationId,
    string? UserId,
    string? PortalType,
    string? Resource,
    PatientId[] Patients)
{
    public PatientId? Patient => Patients.Length == 0 ? null : Patients[0];

    public static byte[] Write(NewEvent draft, BodyForm body)
    {
        var pack = new PackWriter();
        pack.Byte((byte)body);
        pack.Text(draft.EventId);
        pack.Trace(draft.TraceParent);
        pack.Correlation(draft.CorrelationId, draft.TraceParent);
        pack.Text(draft.UserId);
        pack.Text(draft.PortalType);
        pack.Reference(draft.Resource);
        pack.Number(draft.Patients.Count);
        foreach (var patient in draft.Patients) pack.Text(patient.Value);
        return pack.ToArray();
    }

    public static PackedEvent Read(byte[] bytes)
    {
        var pack = new PackReader(bytes);
        var body = (BodyForm)pack.Byte();
        var id = pack.Present();
        var trace = pack.Text();
        var correlation = pack.Text(trace);
        var (user, portal, resource) = (pack.Text(), pack.Text(), pack.Text());
        var patients = new PatientId[pack.Number()];
        for (var patient = 0; patient < patients.Length; patient++) patients[patient] = new PatientId(pack.Present());
        return new PackedEvent(body, id, trace, correlation, user, portal, resource, patients);
    }
}
