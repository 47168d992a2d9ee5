using Vagus.Fhir.Records;
using Vagus.Kernel;

namespace Vagus.Clinic.Records;

/// <summary>What a body names must be there and within the caller's reach. What is not there and what is hidden have one answer.</summary>
internal static class NamedInBody
{
    /// <summary>The names of a patient and a provider.</summary>
    public static async ValueTask<Result<NamesOfRecords>> Read(RecordTurn turn, string patientId, string providerId)
    {
        var patient = await Read(turn, "Patient", patientId, "patient");
        if (patient.Refusal is { } unseen) return unseen;
        var provider = await Read(turn, "Practitioner", providerId, "provider");
        return provider.Refusal is { } unlisted ? unlisted : NamesOfRecords.Among(patient.Value, provider.Value);
    }

    public static ValueTask<Refusal?> RefusePatient(RecordTurn turn, string id) => Refuse(turn, "Patient", id, "patient");

    public static ValueTask<Refusal?> RefuseProvider(RecordTurn turn, string id) => Refuse(turn, "Practitioner", id, "provider");

    /// <summary>An encounter of another patient is none either.</summary>
    public static async ValueTask<Refusal?> RefuseEncounter(RecordTurn turn, string? id, string patientId)
    {
        if (id is null) return null;
        var encounter = await turn.Read("Encounter", id);
        if (encounter.Refusal is { Kind: RefusalKind.Unavailable } unrecorded) return unrecorded;
        return encounter.IsRefused || encounter.Value.Json.ReferenceTo("subject", "Patient") != patientId ? Unknown("encounter") : null;
    }

    private static async ValueTask<Refusal?> Refuse(RecordTurn turn, string type, string id, string what) =>
        (await Read(turn, type, id, what)).Refusal;

    private static async ValueTask<Result<FhirRecord>> Read(RecordTurn turn, string type, string id, string what)
    {
        var read = await turn.Read(type, id);
        return read.Refusal is null or { Kind: RefusalKind.Unavailable } ? read : Unknown(what);
    }

    private static Refusal Unknown(string what) => new(RefusalKind.Unprocessable, $"unknown_{what}", $"There is no such {what}.");
}
