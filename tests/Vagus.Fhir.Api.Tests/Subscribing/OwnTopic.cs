namespace Vagus.Fhir.Api.Tests.Subscribing;

/// <summary>Writes topics of an organization: a Basic with the elements of R5's SubscriptionTopic.</summary>
internal static class OwnTopic
{
    public const string Url = "https://clinic.example/topics/own";
    private const string Elements = "http://hl7.org/fhir/5.0/StructureDefinition/extension-SubscriptionTopic.";

    /// <summary>A topic about Observations, with such elements behind its url.</summary>
    public static string Form(string elements, string id = "own", string url = Url, string status = "active") => $$$$"""
        {"resourceType":"Basic","id":"{{{{id}}}}",
         "extension":[{"url":"{{{{Elements}}}}url","valueUri":"{{{{url}}}}"},{{{{elements}}}}],
         "modifierExtension":[{"url":"{{{{Elements}}}}status","valueCode":"{{{{status}}}}"}],
         "code":{"coding":[{"system":"http://hl7.org/fhir/fhir-types","code":"SubscriptionTopic"}]}}
        """;

    /// <summary>A trigger of Observations with such parts.</summary>
    public static string Trigger(params string[] parts) => Element("resourceTrigger", [Resource("Observation"), .. parts]);

    public static string Element(string name, params string[] parts) => $$"""{"url":"{{Elements}}{{name}}","extension":[{{string.Join(',', parts)}}]}""";

    public static string Resource(string type) => Part("resource", "valueUri", $"http://hl7.org/fhir/StructureDefinition/{type}");

    public static string Query(params string[] parts) => $$"""{"url":"queryCriteria","extension":[{{string.Join(',', parts)}}]}""";

    public static string Path(string expression) => Part("fhirPathCriteria", "valueString", expression);

    public static string Part(string name, string type, string value) => $$"""{"url":"{{name}}","{{type}}":{{Sample.Json(value)}}}""";

    public static string Both(bool holds) => $$"""{"url":"requireBoth","valueBoolean":{{(holds ? "true" : "false")}}}""";

    public static string Filter(string parameter, string comparators = "", string modifiers = "") => Element(
        "canFilterBy",
        [
            Resource("Observation"), Part("filterParameter", "valueString", parameter),
            .. Words(comparators).Select(each => Part("comparator", "valueCode", each)),
            .. Words(modifiers).Select(each => Part("modifier", "valueCode", each)),
        ]);

    public static string Shape(string include) => Element("notificationShape", Resource("Observation"), Part("include", "valueString", include));

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
