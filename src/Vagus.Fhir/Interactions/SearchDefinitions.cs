using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.Search.Request;

namespace Vagus.Fhir.Interactions;

/// <summary>How search parameters are declared: R4's by R4's canonicals, ours by our own, and what differs from R4 said.</summary>
internal static class SearchDefinitions
{
    private const string Hl7 = "http://hl7.org/fhir/SearchParameter/";

    // They came with the definitions' source and are no part of R4.
    private static readonly string[] Own = ["DetectedIssue-status", "ServiceRequest-order-detail"];

    // The first entry's resource is no reference, so that nothing is ever found by them.
    private static readonly string[] Nothing = ["Bundle-composition", "Bundle-message"];

    /// <summary>The parameters of a type that find something.</summary>
    public static IEnumerable<SearchParameterDefinition> Of(string type) =>
        SearchRequest.Supported(type).Where(parameter => !Nothing.Contains(IdOf(parameter)));

    public static string IdOf(SearchParameterDefinition parameter) => parameter.Url[Hl7.Length..];

    public static string UrlOf(SearchParameterDefinition parameter, string baseUrl) =>
        Own.Contains(IdOf(parameter)) ? $"{baseUrl}/SearchParameter/{IdOf(parameter)}" : parameter.Url;

    /// <summary>Null: it is as R4 says.</summary>
    public static string? NoteOf(SearchParameterDefinition parameter) =>
        parameter.Code == "phonetic" ? "Compared by its start, as other strings are; not by sound." : null;
}
