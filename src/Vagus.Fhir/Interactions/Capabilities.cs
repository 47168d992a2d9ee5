using System.Buffers;
using System.Collections.Concurrent;
using System.Reflection;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Vagus.Access.Policies;
using Vagus.Access.Sessions;
using Vagus.Fhir.Http;
using Vagus.Fhir.Interactions.Terminology;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.Search.Request;
using Vagus.Fhir.Store;
using Vagus.Fhir.Subscribing;
using Vagus.Fhir.Writing;

namespace Vagus.Fhir.Interactions;

/// <summary>
/// GET [base]/metadata (R4 §3.1.0.13): what this server does. Types and search parameters come from the tables by which it runs, the
/// interactions are listed here. A caller who shows a token is told the search parameters that the tenant has uploaded as well.
/// </summary>
internal sealed class Capabilities(
    FhirCalls calls, Authentication sessions, UploadedParameters uploads, OAuthAddresses? oauth = null)
{
    private const string AuditEvents = "AuditEvent";
    private const string Provenances = "Provenance";
    private static readonly string SeveralDeleted =
        $"A conditional delete takes several resources, in one transaction, where its _count (1 to {FhirTransaction.MostDeleted}) allows "
        + "as many. Without it, and where there are more, several matches are refused (412) and nothing is deleted.";

    private const string OfApplications =
        "SMART applications subscribe with scopes of Subscription (c, u, d to write, r and s to read and ask) and of the type that they are "
        + "told of, to the topic resource-changed and to those of the organization. They are told below the scopes and within the patient "
        + "in context with which the subscription was written, as long as their authorization lasts.";

    private static readonly string[] OfAudit = ["read", "search-type"];
    private static readonly string[] Evidence = ["read", "vread", "history-instance", "history-type", "create", "search-type"];

    private static readonly string[] Interactions =
        ["read", "vread", "update", "patch", "delete", "history-instance", "history-type", "create", "search-type"];

    private static readonly string Version = typeof(Capabilities).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
        ?.InformationalVersion.Split('+')[0] ?? "0";

    private static readonly ConcurrentDictionary<string, byte[]> Written = new(StringComparer.Ordinal);

    public async Task<IResult> Answer(HttpContext http)
    {
        var baseUrl = calls.BaseUrlOf(http.Request);
        if (http.Request.Query["mode"] == "terminology") return TerminologyStatement.Of(baseUrl, Version);
        var tenant = await KnownTenant.Of(http, sessions);
        var own = tenant is { } known ? (await uploads.Of(known, http.RequestAborted)).Set : SearchParameterSet.R4;
        var body = own.HasAdded ? Write(baseUrl, own) : ForEveryone(baseUrl);
        return new FhirResponse(StatusCodes.Status200OK, body) { ETag = $"W/\"{Convert.ToHexStringLower(SHA256.HashData(body))[..16]}\"" };
    }

    private byte[] ForEveryone(string baseUrl)
    {
        // Bounded: where no address is configured, clients choose it.
        if (Written.Count > 16) Written.Clear();
        return Written.GetOrAdd($"{baseUrl} {oauth?.Issuer}", _ => Write(baseUrl, SearchParameterSet.R4));
    }

    private byte[] Write(string baseUrl, SearchParameterSet parameters)
    {
        var buffer = new ArrayBufferWriter<byte>(256 * 1024);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("resourceType"u8, "CapabilityStatement"u8);
            writer.WriteString("status"u8, "active"u8);
            writer.WriteString("date"u8, "2026-11-21"u8);
            writer.WriteString("kind"u8, "instance"u8);
            WriteCodes(writer, "instantiates", [Backport.ServerStatement]);
            WriteProgram(writer, baseUrl);
            writer.WriteString("fhirVersion"u8, "4.0.1"u8);
            WriteCodes(writer, "format", ["json", "xml", "application/fhir+json", "application/fhir+xml"]);
            WriteCodes(writer, "patchFormat", ["application/json-patch+json", "application/fhir+json", "application/fhir+xml"]);
            WriteCodes(writer, "implementationGuide", [Backport.ImplementationGuide]);
            WriteRest(writer, baseUrl, parameters);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteProgram(Utf8JsonWriter writer, string baseUrl)
    {
        writer.WriteStartObject("software"u8);
        writer.WriteString("name"u8, "Vagus"u8);
        writer.WriteString("version"u8, Version);
        writer.WriteEndObject();
        writer.WriteStartObject("implementation"u8);
        writer.WriteString("description"u8, "The real-time layer of clinical software"u8);
        writer.WriteString("url"u8, baseUrl);
        writer.WriteEndObject();
    }

    private void WriteRest(Utf8JsonWriter writer, string baseUrl, SearchParameterSet parameters)
    {
        writer.WriteStartArray("rest"u8);
        writer.WriteStartObject();
        writer.WriteString("mode"u8, "server"u8);
        writer.WriteString("documentation"u8, SeveralDeleted);
        if (oauth is not null) WriteSecurity(writer, oauth);
        writer.WriteStartArray("resource"u8);
        foreach (var type in R4Definitions.ResourceTypes) WriteType(writer, type, baseUrl, parameters.AddedTo(type).Values);
        writer.WriteEndArray();
        writer.WriteStartArray("interaction"u8);
        WriteCode(writer, "transaction");
        WriteCode(writer, "batch");
        WriteCode(writer, "history-system");
        WriteCode(writer, "search-system");
        writer.WriteEndArray();
        WriteOperations(writer, Operations.All.Where(operation => operation.OnSystem));
        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    /// <summary>SMART App Launch 2.2, "Conformance": for clients that do not read its own document.</summary>
    private static void WriteSecurity(Utf8JsonWriter writer, OAuthAddresses oauth)
    {
        writer.WriteStartObject("security"u8);
        writer.WriteStartArray("extension"u8);
        writer.WriteStartObject();
        writer.WriteString("url"u8, "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris"u8);
        writer.WriteStartArray("extension"u8);
        WriteUri(writer, "authorize", oauth.Authorize);
        WriteUri(writer, "token", oauth.Token);
        WriteUri(writer, "introspect", oauth.Introspect);
        WriteUri(writer, "revoke", oauth.Revoke);
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteBoolean("cors"u8, false);
        writer.WriteStartArray("service"u8);
        writer.WriteStartObject();
        writer.WriteStartArray("coding"u8);
        writer.WriteStartObject();
        writer.WriteString("system"u8, "http://terminology.hl7.org/CodeSystem/restful-security-service"u8);
        writer.WriteString("code"u8, "SMART-on-FHIR"u8);
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteUri(Utf8JsonWriter writer, string name, string address)
    {
        writer.WriteStartObject();
        writer.WriteString("url"u8, name);
        writer.WriteString("valueUri"u8, address);
        writer.WriteEndObject();
    }

    private static void WriteType(
        Utf8JsonWriter writer, string type, string baseUrl, IEnumerable<SearchParameterDefinition> added)
    {
        writer.WriteStartObject();
        if (type == SubscriptionBody.Type) WriteTopics(writer, baseUrl);
        writer.WriteString("type"u8, type);
        if (type == SubscriptionBody.Type) WriteCodes(writer, "supportedProfile", [Backport.SubscriptionProfile]);
        if (type == SubscriptionBody.Type) writer.WriteString("documentation"u8, OfApplications);

        writer.WriteStartArray("interaction"u8);
        foreach (var interaction in InteractionsOf(type)) WriteCode(writer, interaction);
        writer.WriteEndArray();
        // An update without If-Match is taken.
        writer.WriteString("versioning"u8, "versioned"u8);
        writer.WriteBoolean("readHistory"u8, type != AuditEvents);
        var (isWritten, isChanged) = (type != AuditEvents, type is not (AuditEvents or Provenances or Messages.Type));
        writer.WriteBoolean("updateCreate"u8, isChanged);
        writer.WriteBoolean("conditionalCreate"u8, isWritten && type != Messages.Type);
        writer.WriteString("conditionalRead"u8, isWritten ? "full-support" : "not-supported");
        writer.WriteBoolean("conditionalUpdate"u8, isChanged);
        writer.WriteString("conditionalDelete"u8, isChanged ? "multiple" : "not-supported");
        if (isWritten) WriteIncludes(writer, type, added);
        writer.WriteStartArray("searchParam"u8);
        foreach (var parameter in SearchDefinitions.Of(type).Where(each => type != AuditEvents || AuditEventSearch.Takes(each.Code)))
            WriteParameter(writer, parameter, SearchDefinitions.UrlOf(parameter, baseUrl), SearchDefinitions.NoteOf(parameter));
        foreach (var parameter in added) WriteParameter(writer, parameter, parameter.Url, note: null);
        writer.WriteEndArray();
        WriteOperations(writer, Operations.Of(type));
        writer.WriteEndObject();
    }

    /// <summary>Subscriptions R5 Backport, "Topic discovery": the canonicals that criteria may name.</summary>
    private static void WriteTopics(Utf8JsonWriter writer, string baseUrl)
    {
        writer.WriteStartArray("extension"u8);
        foreach (var topic in Topics.All)
        {
            writer.WriteStartObject();
            writer.WriteString("url"u8, Backport.TopicCanonical);
            writer.WriteString("valueCanonical"u8, Topics.CanonicalOf(topic, baseUrl));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteParameter(Utf8JsonWriter writer, SearchParameterDefinition parameter, string url, string? note)
    {
        writer.WriteStartObject();
        writer.WriteString("name"u8, parameter.Code);
        writer.WriteString("definition"u8, url);
        writer.WriteString("type"u8, parameter.Kind.ToString().ToLowerInvariant());
        if (note is not null) writer.WriteString("documentation"u8, note);
        writer.WriteEndObject();
    }

    private static void WriteOperations(Utf8JsonWriter writer, IEnumerable<OperationRow> operations)
    {
        writer.WriteStartArray("operation"u8);
        foreach (var operation in operations)
        {
            writer.WriteStartObject();
            writer.WriteString("name"u8, operation.Name);
            writer.WriteString("definition"u8, operation.Definition);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static string[] InteractionsOf(string type) => type switch
    {
        AuditEvents => OfAudit,
        Provenances or Messages.Type => Evidence,
        _ => Interactions,
    };

    private static void WriteIncludes(Utf8JsonWriter writer, string type, IEnumerable<SearchParameterDefinition> added)
    {
        WriteCodes(writer, "searchInclude", [.. IncludeDirective.Of(type).Prepend("*"), .. IncludeDirective.Of(type, added)]);
        WriteCodes(writer, "searchRevInclude", [.. IncludeDirective.To(type).Prepend("*")]);
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
