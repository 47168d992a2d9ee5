using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Vagus.Access.Audit;
using Vagus.Kernel;

namespace Vagus.Fhir.Auditing;

/// <summary>By whom and of whom the events are told.</summary>
/// <param name="Tenant">Whose log it is.</param>
/// <param name="BaseUrl">The server's own address.</param>
internal sealed record AuditSite(TenantId Tenant, string BaseUrl);

/// <summary>
/// An entry of the audit as AuditEvents: one for each patient whom it concerns (BALP), or one where it concerns none. Pure: the same entry
/// always gives the same bytes.
/// </summary>
internal static class AuditEventJson
{
    private const string EntityType = "http://terminology.hl7.org/CodeSystem/audit-entity-type";
    private const string ObjectRole = "http://terminology.hl7.org/CodeSystem/object-role";

    /// <summary>The number of events that an entry gives; the n-th has the id <c>index-n</c>.</summary>
    public static int CountOf(AuditEntry entry) => Math.Max(1, entry.Patients.Count);

    /// <param name="site">By whom it is told.</param>
    /// <param name="recorded">The entry in its place.</param>
    /// <param name="query">The opened text of a search.</param>
    /// <param name="number">Which of the entry's events, from 0.</param>
    public static byte[] Write(AuditSite site, RecordedEntry recorded, string? query, int number)
    {
        var (entry, shape) = (recorded.Entry, AuditShape.Of(recorded.Entry.Action));
        PatientId? patient = entry.Patients.Count > 0 ? entry.Patients[number] : null;
        var buffer = new ArrayBufferWriter<byte>(2048);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("resourceType"u8, "AuditEvent"u8);
            json.WriteString("id"u8, IdOf(recorded, number));
            WriteMeta(json, shape.ProfileFor(patient is not null, entry.Outcome));
            WriteCoding(json, "type"u8, shape.Type);
            if (shape.Subtype is { } subtype) WriteList(json, "subtype"u8, () => WriteCode(json, subtype));
            json.WriteString("action"u8, shape.Action);
            json.WriteString("recorded"u8, InstantOf(recorded.RecordedAt));
            json.WriteString("outcome"u8, ((int)entry.Outcome).ToString(CultureInfo.InvariantCulture));
            if (entry.Reason is { } reason) json.WriteString("outcomeDesc"u8, reason);
            if (entry.Purpose is { } purpose) WriteList(json, "purposeOfEvent"u8, () => WriteConcept(json, Purpose(purpose)));
            WriteList(json, "agent"u8, () => WriteAgents(json, site, entry, shape));
            WriteSource(json, site);
            // R4 knows no empty lists.
            var hasObject = shape.Object == AuditObject.Query || (shape.Object == AuditObject.Data && entry.On is not null);
            if (hasObject || patient is not null || entry.Request is not null)
                WriteList(json, "entity"u8, () => WriteEntities(json, entry, shape, query, patient));
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    public static string IdOf(RecordedEntry recorded, int number) => CountOf(recorded.Entry) == 1
        ? recorded.Index.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{recorded.Index}-{number}");

    private static void WriteMeta(Utf8JsonWriter json, string? profile)
    {
        if (profile is null) return;
        json.WriteStartObject("meta"u8);
        WriteList(json, "profile"u8, () => json.WriteStringValue(profile));
        json.WriteEndObject();
    }

    private static void WriteAgents(Utf8JsonWriter json, AuditSite site, AuditEntry entry, AuditShape shape)
    {
        WriteAgent(json, shape.ServerType, "urn:vagus:server", "vagus", isRequestor: false, () => WriteNetwork(json, site.BaseUrl, "5"));
        // Where no user is known the client is who asked.
        WriteAgent(json, shape.ClientType, "urn:vagus:client", entry.Client ?? "vagus", isRequestor: entry.User is null, () =>
        {
            if (entry.Address is { } address) WriteNetwork(json, address, "2");
        });
        foreach (var recipient in AuditRecipients.Of(entry))
            WriteRecipient(json, recipient);
        if (Disclosures.RecipientOf(entry) is { } receiver)
        {
            var system = receiver.Contains("://", StringComparison.Ordinal) ? "urn:ietf:rfc:3986" : "urn:vagus:user";
            WriteAgent(json, AuditCode.Dicom("110152"), system, receiver, isRequestor: false, static () => { });
        }

        if (entry.User is not { } user) return;
        WriteAgent(json, shape.UserType, "urn:vagus:user", user.Value, isRequestor: true, () =>
        {
            if (entry.Role is { } role) WriteList(json, "role"u8, () => WriteText(json, role.Name()));
            if (entry.Session is { } session) json.WriteString("altId"u8, session.Value);
            if (entry.Purpose is { } purpose) WriteList(json, "purposeOfUse"u8, () => WriteConcept(json, Purpose(purpose)));
        });
    }

    /// <summary>To whom a message went: a reference where R4 takes one for an agent, a user, role or team by its identifier.</summary>
    private static void WriteRecipient(Utf8JsonWriter json, string name)
    {
        json.WriteStartObject();
        json.WritePropertyName("type"u8);
        WriteConcept(json, AuditCode.Dicom("110152"));
        if (AuditRecipients.IsAgent(name)) WriteReference(json, "who"u8, name);
        else if (name.Split(':', 2) is [var kind, var id]) WriteIdentifier(json, "who"u8, $"urn:vagus:{kind}", id);
        else WriteIdentifier(json, "who"u8, "urn:vagus:object", name);
        json.WriteBoolean("requestor"u8, value: false);
        json.WriteEndObject();
    }

    private static void WriteAgent(Utf8JsonWriter json, AuditCode type, string system, string id, bool isRequestor, Action more)
    {
        json.WriteStartObject();
        json.WritePropertyName("type"u8);
        WriteConcept(json, type);
        WriteIdentifier(json, "who"u8, system, id);
        json.WriteBoolean("requestor"u8, isRequestor);
        more();
        json.WriteEndObject();
    }

    private static void WriteNetwork(Utf8JsonWriter json, string address, string type)
    {
        json.WriteStartObject("network"u8);
        json.WriteString("address"u8, address);
        json.WriteString("type"u8, type);
        json.WriteEndObject();
    }

    private static void WriteSource(Utf8JsonWriter json, AuditSite site)
    {
        json.WriteStartObject("source"u8);
        json.WriteString("site"u8, site.Tenant.Value);
        WriteIdentifier(json, "observer"u8, "urn:vagus:server", "vagus");
        WriteList(json, "type"u8, () => WriteCode(json, new AuditCode("http://terminology.hl7.org/CodeSystem/security-source-type", "4")));
        json.WriteEndObject();
    }

    private static void WriteEntities(Utf8JsonWriter json, AuditEntry entry, AuditShape shape, string? query, PatientId? patient)
    {
        if (shape.Object == AuditObject.Query) WriteQuery(json, entry, query);
        else if (shape.Object == AuditObject.Data && entry.On is { } on) WriteData(json, entry, shape, on);
        if (patient is { } known)
        {
            WriteEntity(json, EntityType, "1", "1", () => WriteReference(json, "what"u8, $"Patient/{known}"));
        }

        if (entry.Request is { } request)
        {
            WriteEntity(
                json, "https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType", "XrequestId", role: null,
                () => WriteIdentifier(json, "what"u8, system: null, request));
        }
    }

    /// <summary>The request as the client sent it: type and parameters.</summary>
    private static void WriteQuery(Utf8JsonWriter json, AuditEntry entry, string? query) => WriteEntity(json, EntityType, "2", "24", () =>
        json.WriteBase64String("query"u8, Encoding.UTF8.GetBytes(string.IsNullOrEmpty(query) && entry.On is { } type ? type : $"{entry.On}?{query}")));

    private static void WriteData(Utf8JsonWriter json, AuditEntry entry, AuditShape shape, string on) =>
        WriteEntity(json, EntityType, "2", "4", () =>
        {
            // A user, an endpoint or a type alone is no resource of FHIR: it is an identifier and no reference.
            if (shape.Type == AuditCode.Rest && on.Contains('/', StringComparison.Ordinal)) WriteReference(json, "what"u8, on);
            else WriteIdentifier(json, "what"u8, "urn:vagus:object", on);
            if (shape.Lifecycle is { } lifecycle) WriteCoding(json, "lifecycle"u8, lifecycle);
            if (entry.Detail is { } detail) json.WriteString("description"u8, detail);
        });

    private static void WriteEntity(Utf8JsonWriter json, string system, string type, string? role, Action content)
    {
        json.WriteStartObject();
        content();
        WriteCoding(json, "type"u8, new AuditCode(system, type));
        if (role is not null) WriteCoding(json, "role"u8, new AuditCode(ObjectRole, role));
        json.WriteEndObject();
    }

    private static void WriteReference(Utf8JsonWriter json, ReadOnlySpan<byte> name, string reference)
    {
        json.WriteStartObject(name);
        json.WriteString("reference"u8, reference);
        json.WriteEndObject();
    }

    private static void WriteIdentifier(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? system, string value)
    {
        json.WriteStartObject(name);
        json.WriteStartObject("identifier"u8);
        if (system is not null) json.WriteString("system"u8, system);
        json.WriteString("value"u8, value);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteList(Utf8JsonWriter json, ReadOnlySpan<byte> name, Action content)
    {
        json.WriteStartArray(name);
        content();
        json.WriteEndArray();
    }

    private static void WriteConcept(Utf8JsonWriter json, AuditCode code)
    {
        json.WriteStartObject();
        WriteList(json, "coding"u8, () => WriteCode(json, code));
        json.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter json, string text)
    {
        json.WriteStartObject();
        json.WriteString("text"u8, text);
        json.WriteEndObject();
    }

    private static void WriteCoding(Utf8JsonWriter json, ReadOnlySpan<byte> name, AuditCode code)
    {
        json.WritePropertyName(name);
        WriteCode(json, code);
    }

    private static void WriteCode(Utf8JsonWriter json, AuditCode code)
    {
        json.WriteStartObject();
        json.WriteString("system"u8, code.System);
        json.WriteString("code"u8, code.Code);
        json.WriteEndObject();
    }

    private static AuditCode Purpose(string code) => new("http://terminology.hl7.org/CodeSystem/v3-ActReason", code);

    private static string InstantOf(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
