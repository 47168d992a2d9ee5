using Vagus.Clinic.Records;
using Vagus.Fhir.Records;
using Vagus.Kernel;

namespace Vagus.Clinic.Appointments;

/// <summary>Who is booked: both must be there and within the caller's reach.</summary>
internal static class BookedPeople
{
    // One answer for what is not there and what the caller must not know of.
    private static readonly Refusal UnknownPatient = new(RefusalKind.Unprocessable, "unknown_patient", "There is no such patient.");
    private static readonly Refusal UnknownProvider = new(RefusalKind.Unprocessable, "unknown_provider", "There is no such provider.");

    public static async ValueTask<Result<NamesOfRecords>> Read(RecordTurn turn, string patientId, string providerId)
    {
        var patient = await turn.Read("Patient", patientId);
        if (patient.Refusal is { } unseen) return unseen.Kind == RefusalKind.Unavailable ? unseen : UnknownPatient;
        var provider = await turn.Read("Practitioner", providerId);
        if (provider.Refusal is { } unlisted) return unlisted.Kind == RefusalKind.Unavailable ? unlisted : UnknownProvider;
        return NamesOfRecords.Among(patient.Value, provider.Value);
    }

    public static async ValueTask<Refusal?> RefuseProvider(RecordTurn turn, string providerId)
    {
        var provider = await turn.Read("Practitioner", providerId);
        return provider.Refusal is not { } unlisted ? null : unlisted.Kind == RefusalKind.Unavailable ? unlisted : UnknownProvider;
    }
}
