using System.Text.Json.Nodes;
using Vagus.Fhir.Writing;

namespace Vagus.Fhir.Interactions;

/// <summary>
/// The extensions that messages carry as Communications, and that of subscriptions. Their urls are the bare words by which clients of long
/// standing look for the former, so the definitions' urls and ids are these as well.
/// </summary>
internal static class OwnExtensions
{
    private const string Extension = "http://hl7.org/fhir/StructureDefinition/Extension";

    public static readonly IReadOnlyList<OwnExtension> All =
    [
        new("encryption-iv", "EncryptionIv", "string", "The initialization vector with which the content was sealed, in base64."),
        new("encryption-auth-tag", "EncryptionAuthTag", "string", "The authentication tag of the sealed content, in base64."),
        new("read-status", "ReadStatus", "boolean", "True when the other side has read the message."),
        new("sender-role", "SenderRole", "string", "The role in which the sender wrote: patient, provider, nurse, pharmacy, service."),
        new(
            SubscriptionBody.SecretExtension, "SignatureSecret", "string", "The secret by which notifications are signed; it is shown to nobody.")
        {
            Context = "Subscription.channel",
        },
    ];

    /// <summary>Null where there is none of this id.</summary>
    public static JsonObject? DefinitionOf(string id)
    {
        if (All.FirstOrDefault(each => each.Id == id) is not { } extension) return null;
        return new JsonObject
        {
            ["resourceType"] = "StructureDefinition",
            ["id"] = id,
            ["url"] = id,
            ["name"] = extension.Name,
            ["status"] = "active",
            ["description"] = extension.Meaning,
            ["fhirVersion"] = "4.0.1",
            ["kind"] = "complex-type",
            ["abstract"] = false,
            ["context"] = new JsonArray(new JsonObject { ["type"] = "element", ["expression"] = extension.Context }),
            ["type"] = "Extension",
            ["baseDefinition"] = Extension,
            ["derivation"] = "constraint",
            ["differential"] = new JsonObject
            {
                ["element"] = new JsonArray(
                    Element("Extension", 0, "1", ("short", extension.Meaning), ("definition", extension.Meaning)),
                    Element("Extension.extension", 0, "0"),
                    Element("Extension.url", 1, "1", ("fixedUri", id)),
                    Element("Extension.value[x]", 1, "1", ("type", new JsonArray(new JsonObject { ["code"] = extension.Type })))),
            },
        };
    }

    private static JsonObject Element(string path, int min, string max, params (string Name, JsonNode Value)[] more)
    {
        var element = new JsonObject { ["id"] = path, ["path"] = path, ["min"] = min, ["max"] = max };
        foreach (var (name, value) in more) element[name] = value;
        return element;
    }
}

/// <summary>One extension.</summary>
/// <param name="Id">Its url too.</param>
/// <param name="Name">As programs name it.</param>
/// <param name="Type">Of its value.</param>
/// <param name="Meaning">What it says.</param>
internal sealed record OwnExtension(string Id, string Name, string Type, string Meaning)
{
    /// <summary>Where it stands.</summary>
    public string Context { get; init; } = "Communication";
}
