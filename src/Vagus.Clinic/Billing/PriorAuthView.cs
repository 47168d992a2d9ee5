using System.Text.Json;
using Vagus.Clinic.Records;
using Vagus.Clinic.Requests;
using Vagus.Fhir.Meaning;
using Vagus.Fhir.Records;

namespace Vagus.Clinic.Billing;

/// <summary>The prior authorization that a request asks for.</summary>
internal sealed record PriorAuthDraft(string PatientId, string ProviderId, string Service, string Payer)
{
    public static readonly string[] Fields = ["patientId", "providerId", "service", "payer"];

    public static PriorAuthDraft Of(BodyFields fields) =>
        new(fields.Id("patientId"), fields.Id("providerId"), fields.Text("service"), fields.Text("payer"));
}

/// <summary>What an insurer says of a prior authorization.</summary>
internal sealed record PriorAuthAnswer(string Status, string? Reason, string? Number, DateOnly? ValidUntil);

/// <summary>A prior authorization as plain JSON.</summary>
internal sealed record PriorAuthView(
    string Id, string? PatientId, string? ProviderId, string? Service, string? Payer, string Status) : IVersioned
{
    /// <summary>How the disposition of a refusal begins, where its reason does not say no by itself.</summary>
    public const string Refused = "Denied";

    /// <summary>How the disposition of an approval begins.</summary>
    public const string Granted = "Approved";

    public string? Reason { get; init; }

    /// <summary>The insurer's number of the authorization.</summary>
    public string? Number { get; init; }

    public string? ValidUntil { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }

    public required long Version { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public static PriorAuthView Of(FhirRecord record, FhirRecord? response)
    {
        var (view, answer) = (OfRecord(record), response?.Json);
        return view with
        {
            Status = PriorAuthStatus.Of(record.Json, answer),
            Reason = answer is { } said ? ReasonOf(said) : null,
            Number = answer?.Text("preAuthRef"),
            ValidUntil = answer?.Child("preAuthPeriod")?.Text("end"),
        };
    }

    /// <summary>What the Claim says by itself: of it a second writer is told what was changed.</summary>
    public static PriorAuthView OfRecord(FhirRecord record)
    {
        var claim = record.Json;
        return new PriorAuthView(
            record.Id,
            claim.ReferenceTo("patient", "Patient"),
            claim.ReferenceTo("provider", "Practitioner"),
            claim.First("item")?.Concept("productOrService"),
            claim.Child("insurer")?.Text("display"),
            StateTag.Of(claim) ?? PriorAuthStatus.Of(claim, response: null))
        {
            CreatedAt = claim.Instant("created"), Version = record.Version, UpdatedAt = record.UpdatedAt,
        };
    }

    private static string? ReasonOf(JsonElement response)
    {
        var reason = InsurerDecision.Reason(response);
        if (reason is Refused or Granted) return null;
        foreach (var word in (string[])[$"{Refused}: ", $"{Granted}: "])
        {
            if (reason?.StartsWith(word, StringComparison.Ordinal) == true) return reason[word.Length..];
        }

        return reason;
    }
}
