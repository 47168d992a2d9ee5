using System.Buffers;
using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Vagus.Fhir.Http;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.Search.Request;

namespace Vagus.Fhir.Interactions;

/// <summary>
/// GET [base]/metadata (R4 §3.1.0.13): what this server does. Types and search parameters come from the tables by which it runs, the
/// interactions are listed here.
/// </summary>
internal sealed class Capabilities(FhirCalls calls)
{
    private const string AuditEvents = "AuditEvent";
    private static readonly string[] OfAudit = ["read", "search-type"];
    private static readonly string[] Interactions = ["read", "vread", "update", "delete", "history-instance", "create", "search-type"];
    private static readonly ConcurrentDictionary<string, byte[]> Written = new(StringComparer.Ordinal);

    public IResult Answer(HttpContext http)
    {
        var baseUrl = calls.BaseUrlOf(http.Request);
        // Bounded: where no address is configured, clients choose it.
        if (Written.Count > 16) Written.Clear();
        return new FhirResponse(StatusCodes.Status200OK, Written.GetOrAdd(baseUrl, Write));
    }

    private static byte[] Write(string baseUrl)
    {
        var buffer = new ArrayBufferWriter<byte>(256 * 1024);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("resourceType"u8, "CapabilityStatement"u8);
            writer.WriteString("status"u8, "active"u8);
            writer.WriteString("date"u8, "2026-11-21"u8);
            writer.WriteString("kind"u8, "instance"u8);
            WriteProgram(writer, baseUrl);
            writer.WriteString("fhirVersion"u8, "4.0.1"u8);
            WriteCodes(writer, "format", ["json", "application/fhir+json"]);
            WriteRest(writer);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteProgram(Utf8JsonWriter writer, string baseUrl)
    {
        writer.WriteStartObject("software"u8);
        writer.WriteString("name"u8, "Vagus"u8);
        writer.WriteEndObject();
        writer.WriteStartObject("implementation"u8);
        writer.WriteString("description"u8, "The real-time layer of clinical software"u8);
        writer.WriteString("url"u8, baseUrl);
        writer.WriteEndObject();
    }

    private static void WriteRest(Utf8JsonWriter writer)
    {
        writer.WriteStartArray("rest"u8);
        writer.WriteStartObject();
        writer.WriteString("mode"u8, "server"u8);
        writer.WriteStartArray("resource"u8);
        foreach (var type in R4Definitions.ResourceTypes) WriteType(writer, type);
        writer.WriteEndArray();
        writer.WriteStartArray("interaction"u8);
        WriteCode(writer, "transaction");
        WriteCode(writer, "batch");
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    private static void WriteType(Utf8JsonWriter writer, string type)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, type);
        writer.WriteStartArray("interaction"u8);
        foreach (var interaction in type == AuditEvents ? OfAudit : Interactions) WriteCode(writer, interaction);
        writer.WriteEndArray();
        writer.WriteString("versioning"u8, "versioned-update"u8);
        writer.WriteBoolean("readHistory"u8, type != AuditEvents);
        writer.WriteBoolean("updateCreate"u8, type != AuditEvents);
        writer.WriteBoolean("conditionalCreate"u8, false);
        writer.WriteStartArray("searchParam"u8);
        foreach (var parameter in SearchRequest.Supported(type).Where(each => type != AuditEvents || AuditEventSearch.Takes(each.Code)))
        {
            writer.WriteStartObject();
            writer.WriteString("name"u8, parameter.Code);
            writer.WriteString("definition"u8, parameter.Url);
            writer.WriteString("type"u8, parameter.Kind.ToString().ToLowerInvariant());
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteCode(Utf8JsonWriter writer, string code)
    {
        writer.WriteStartObject();
        writer.WriteString("code"u8, code);
        writer.WriteEndObject();
    }

    private static void WriteCodes(Utf8JsonWriter writer, string name, string[] codes)
    {
        writer.WriteStartArray(name);
        foreach (var code in codes) writer.WriteStringValue(code);
        writer.WriteEndArray();
    }
}
