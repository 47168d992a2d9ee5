using Vagus.Fhir.Live;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.R4.FhirPath;
using Vagus.Fhir.Store;

namespace Vagus.Fhir.Subscribing.OwnTopics;

/// <summary>
/// Tries the searches, filters and expressions of a topic as changes will be asked, so that none is kept that could not be applied. No I/O.
/// </summary>
internal sealed class TopicConditions(string type, FhirCall server, Action<string, string> refuse)
{
    private const string Passes = "test-passes";
    private const string Fails = "test-fails";
    private static readonly string[] Comparators = ["eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"];

    /// <summary>Refuses the types that live searches do not take: their visibility depends on other records.</summary>
    public void CheckType(string path)
    {
        if (ReadLiveSearch.Run(type, server, most: 1).Refusal is { } refused) refuse(path, refused.Message);
    }

    public TopicQuery QueryOf(TopicElement query)
    {
        string? previous = null, current = null;
        bool? forCreate = null, forDelete = null;
        var requireBoth = false;
        foreach (var part in query.Parts)
        {
            if (part.Name == "previous") previous = SearchOf(part);
            else if (part.Name == "current") current = SearchOf(part);
            else if (part.Name == "resultForCreate") forCreate = ResultOf(part);
            else if (part.Name == "resultForDelete") forDelete = ResultOf(part);
            else if (part is { Name: "requireBoth", Boolean: { } both }) requireBoth = both;
            else refuse(part.Path, "This part of a queryCriteria is not understood.");
        }

        if (previous is null && current is null) refuse(query.Path, "A queryCriteria has previous, current or both.");
        return new TopicQuery(previous, forCreate, current, forDelete, requireBoth);
    }

    public void CheckExpression(TopicElement element)
    {
        var expression = element.Text("valueString") ?? "";
        if (TopicExpression.Problem(expression, type) is { } problem) refuse(element.Path, $"The fhirPathCriteria {problem}.");
    }

    public TopicFilter FilterOf(TopicElement filter)
    {
        var named = filter.Parts.FirstOrDefault(part => part.Name == "filterParameter");
        var code = named?.Text("valueString") ?? "";
        if (R4Definitions.SearchParameter(type, code) is not { } parameter || RefusalOf($"{code}={SampleOf(parameter)}") is not null)
        {
            refuse(named?.Path ?? filter.Path, $"A filterParameter is a search parameter of {type} that asks the resource alone.");
            return new TopicFilter(code, [], []);
        }

        var comparators = filter.Parts.Where(part => part.Name == "comparator").ToList();
        var modifiers = filter.Parts.Where(part => part.Name == "modifier").ToList();
        foreach (var each in comparators) CheckComparator(parameter, each);
        foreach (var each in modifiers) CheckModifier(parameter, each);
        return new TopicFilter(code, TextsOf(comparators), TextsOf(modifiers));
    }

    private void CheckComparator(SearchParameterDefinition parameter, TopicElement element)
    {
        var comparator = element.Text("valueCode") ?? "";
        if (comparator == "eq") return;
        var isOrdered = new TopicFilter(parameter.Code, [], []).IsOrdered(type);
        if (!isOrdered || !Comparators.Contains(comparator) || RefusalOf($"{parameter.Code}={comparator}{SampleOf(parameter)}") is not null)
            refuse(element.Path, $"Values of {parameter.Code} are not compared so.");
    }

    private void CheckModifier(SearchParameterDefinition parameter, TopicElement element)
    {
        var modifier = element.Text("valueCode") ?? "";
        var target = parameter.Targets.FirstOrDefault(R4Definitions.IsResourceType) ?? "";
        var asked = modifier switch
        {
            "missing" => $"{parameter.Code}:missing=true",
            "identifier" => $"{parameter.Code}:identifier=http://example.org|1",
            "of-type" => $"{parameter.Code}:of-type=http://example.org|MR|1",
            TopicFilter.OfType => $"{parameter.Code}:{target}=1",
            _ => $"{parameter.Code}:{Uri.EscapeDataString(modifier)}={SampleOf(parameter)}",
        };
        if (modifier.Length == 0 || RefusalOf(asked) is not null) refuse(element.Path, $"{parameter.Code} has no such modifier here.");
    }

    private string SearchOf(TopicElement part)
    {
        var text = part.Text("valueString") ?? "";
        var query = text.StartsWith($"{type}?", StringComparison.Ordinal) ? text[(type.Length + 1)..] : text;
        var search = SubscriptionFilters.SearchOf([$"{type}?{query}"]);
        if ((search.Refusal?.Message ?? RefusalOf(query)) is { } refused) refuse(part.Path, $"{part.Name}: {refused}");
        return $"{type}?{query}";
    }

    private bool ResultOf(TopicElement part)
    {
        var result = part.Text("valueCode");
        if (result is not (Passes or Fails)) refuse(part.Path, $"{part.Name} is {Passes} or {Fails}.");
        return result == Passes;
    }

    private string? RefusalOf(string query) => ReadLiveSearch.Run($"{type}?{query}", server, most: 1).Refusal?.Message;

    private static List<string> TextsOf(List<TopicElement> elements) => elements.ConvertAll(each => each.Text("valueCode") ?? "");

    private static string SampleOf(SearchParameterDefinition parameter) => parameter.Kind switch
    {
        SearchParameterKind.Date => "2026-01-01",
        SearchParameterKind.Number or SearchParameterKind.Quantity => "1",
        SearchParameterKind.Reference => $"{parameter.Targets.FirstOrDefault(R4Definitions.IsResourceType) ?? "Patient"}/1",
        SearchParameterKind.Uri => "http://example.org",
        _ => "1",
    };
}
