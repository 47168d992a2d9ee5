using System.Globalization;
using System.Text.Json.Nodes;
using Vagus.Clinic.Records;
using Vagus.Clinic.Requests;
using Vagus.Kernel;

namespace Vagus.Clinic.Patients;

/// <summary>What a request says of a patient. In a change a field that is absent stays as it is.</summary>
internal sealed record PatientFields(
    string? FirstName, string? LastName, DateOnly? BirthDate, string? Sex, string? Phone, string? Email, string? Address, string? Mrn)
{
    public const string MrnCode = "MR";

    /// <summary>The numbers of the clinic's own records.</summary>
    public const string MrnSystem = "urn:vagus:mrn";

    public static readonly string[] Names =
        ["firstName", "lastName", "birthDate", "sex", "phone", "email", "address", "mrn"];

    /// <summary>Where a day begins first.</summary>
    private static readonly TimeSpan EarliestZone = TimeSpan.FromHours(14);

    private static readonly Refusal NotBornYet = FieldRefusals.Wrong("birthDate", "a day that has begun");

    private static readonly string[] Sexes = ["male", "female", "other", "unknown"];

    /// <summary>All that a registration must say is there.</summary>
    public static PatientFields OfNew(BodyFields fields, DateTimeOffset now)
    {
        var (first, last) = (fields.Text("firstName"), fields.Text("lastName"));
        fields.Text("birthDate");
        fields.Text("sex");
        return Of(fields, now) with { FirstName = first, LastName = last };
    }

    public static PatientFields Of(BodyFields fields, DateTimeOffset now)
    {
        var born = fields.Day("birthDate");
        if (born > DateOnly.FromDateTime(now.UtcDateTime + EarliestZone)) fields.Refuse(NotBornYet);
        return new PatientFields(
            fields.TextOrNull("firstName"), fields.TextOrNull("lastName"), born, fields.OneOf("sex", Sexes),
            fields.TextOrNull("phone"), fields.TextOrNull("email"), fields.TextOrNull("address", 1_000), fields.TextOrNull("mrn"));
    }

    public JsonObject ToResource()
    {
        var patient = RecordParts.Resource("Patient");
        patient["active"] = true;
        ApplyTo(patient);
        return patient;
    }

    public void ApplyTo(JsonObject patient)
    {
        if (Mrn is not null) SetMrn(patient, Mrn);
        if (FirstName is not null || LastName is not null) SetName(patient);
        if (Phone is not null) SetTelecom(patient, "phone", Phone);
        if (Email is not null) SetTelecom(patient, "email", Email);
        if (Sex is not null) patient["gender"] = Sex;
        if (BirthDate is { } day) patient["birthDate"] = day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        if (Address is not null) SetAddress(patient, Address);
    }

    // What it was is kept by the versions of the record.
    private void SetName(JsonObject patient)
    {
        var names = ListOf(patient, "name");
        var name = names.OfType<JsonObject>().FirstOrDefault(each => (string?)each["use"] is "official" or "usual")
            ?? names.OfType<JsonObject>().FirstOrDefault(each => (string?)each["use"] is not ("old" or "maiden"));
        if (name is null) names.Insert(0, name = new JsonObject { ["use"] = "official" });
        if (LastName is not null) name["family"] = LastName;
        if (FirstName is not null)
        {
            var parts = FirstName.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(part => (JsonNode?)JsonValue.Create(part));
            name["given"] = new JsonArray([.. parts]);
        }

        name.Remove("text");
    }

    private static void SetTelecom(JsonObject patient, string system, string value)
    {
        var contacts = ListOf(patient, "telecom");
        var contact = contacts.OfType<JsonObject>()
            .FirstOrDefault(each => (string?)each["system"] == system && (string?)each["use"] != "old");
        if (contact is null) contacts.Add(contact = new JsonObject { ["system"] = system });
        contact["value"] = value;
    }

    private static void SetMrn(JsonObject patient, string value)
    {
        var identifiers = ListOf(patient, "identifier");
        var number = identifiers.OfType<JsonObject>().FirstOrDefault(IsMrn);
        if (number is null)
        {
            number = new JsonObject { ["type"] = RecordParts.Concept(CodeSystems.IdentifierType, MrnCode), ["system"] = MrnSystem };
            identifiers.Add(number);
        }

        number["value"] = value;
    }

    private static bool IsMrn(JsonObject identifier) => identifier["type"]?["coding"] is JsonArray codings
        && codings.Any(coding => (string?)coding?["system"] == CodeSystems.IdentifierType && (string?)coding["code"] == MrnCode);

    private static void SetAddress(JsonObject patient, string value)
    {
        var addresses = ListOf(patient, "address");
        if (addresses.Count > 0) addresses.RemoveAt(0);
        addresses.Insert(0, new JsonObject { ["text"] = value });
    }

    private static JsonArray ListOf(JsonObject resource, string name)
    {
        if (resource[name] is JsonArray list) return list;
        var made = new JsonArray();
        resource[name] = made;
        return made;
    }
}
