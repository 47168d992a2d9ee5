using System.Text.Json;
using Vagus.Access.Authorization;
using Vagus.Kernel;
using Vagus.Storage;

namespace Vagus.Fhir.Store;

/// <summary>The kernel's seam for accounts of patients, read from the current version of the Patient.</summary>
internal sealed class ReadPatients(Database database) : IReadPatients
{
    private const string Type = "Patient";

    public ValueTask<PatientFacts?> Find(TenantId tenant, PatientId patient, CancellationToken cancel) =>
        // The server asks for itself; the record goes to no caller.
        Find(Reach.Everything(new Caller(tenant, new UserId(""), Role.Service, new SessionId(""))), patient, cancel);

    public async ValueTask<PatientFacts?> Find(Reach reach, PatientId patient, CancellationToken cancel)
    {
        if (!reach.May(ResourceInteractions.Read, Type)) return null;
        var stored = await ReadResources.Current(database, reach, Type, patient.Value, cancel);
        if (stored?.Body is not { } body) return null;
        using var document = JsonDocument.Parse(body);
        return FactsOf(patient, document.RootElement);
    }

    public static PatientFacts FactsOf(PatientId id, JsonElement patient) => new(id, NameIn(patient), Text(patient, "birthDate"))
    {
        RecordNumber = RecordNumberIn(patient),
        Language = LanguageIn(patient),
        FirstName = GivenIn(patient),
        LastName = FirstNameIn(patient) is { } name ? Text(name, "family") : null,
    };

    private static string? RecordNumberIn(JsonElement patient)
    {
        if (!patient.TryGetProperty("identifier", out var identifiers) || identifiers.ValueKind != JsonValueKind.Array) return null;
        return identifiers.EnumerateArray().Where(IsRecordNumber).Select(identifier => Text(identifier, "value")).FirstOrDefault();
    }

    private static bool IsRecordNumber(JsonElement identifier) =>
        identifier.TryGetProperty("type", out var type) && type.TryGetProperty("coding", out var codings)
            && codings.ValueKind == JsonValueKind.Array && codings.EnumerateArray().Any(coding => Text(coding, "code") == "MR");

    /// <summary>The language that is preferred, or else the only one.</summary>
    private static string? LanguageIn(JsonElement patient)
    {
        if (!patient.TryGetProperty("communication", out var given) || given.ValueKind != JsonValueKind.Array) return null;
        JsonElement[] languages = [.. given.EnumerateArray()];
        var preferred = languages.FirstOrDefault(
            each => each.TryGetProperty("preferred", out var flag) && flag.ValueKind == JsonValueKind.True);
        if (preferred.ValueKind == JsonValueKind.Undefined && languages.Length == 1) preferred = languages[0];
        return preferred.ValueKind == JsonValueKind.Object && preferred.TryGetProperty("language", out var language)
            && language.TryGetProperty("coding", out var codings) && codings.ValueKind == JsonValueKind.Array
            ? codings.EnumerateArray().Select(coding => Text(coding, "code")).FirstOrDefault(code => code is not null) : null;
    }

    private static string? NameIn(JsonElement patient)
    {
        if (FirstNameIn(patient) is not { } name) return null;
        if (Text(name, "text") is { } text) return text;
        var whole = string.Join(' ', Given(name).Append(Text(name, "family")).Where(part => !string.IsNullOrEmpty(part)));
        return whole.Length == 0 ? null : whole;
    }

    private static string? GivenIn(JsonElement patient) =>
        FirstNameIn(patient) is { } name ? Given(name).FirstOrDefault(part => !string.IsNullOrEmpty(part)) : null;

    private static JsonElement? FirstNameIn(JsonElement patient)
    {
        if (!patient.TryGetProperty("name", out var names) || names.ValueKind != JsonValueKind.Array) return null;
        var name = names.EnumerateArray().FirstOrDefault();
        return name.ValueKind == JsonValueKind.Object ? name : null;
    }

    private static IEnumerable<string?> Given(JsonElement name) =>
        name.TryGetProperty("given", out var list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray().Where(part => part.ValueKind == JsonValueKind.String).Select(part => part.GetString()) : [];

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
