using System.Text.Json;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Subscribing.OwnTopics;

/// <summary>
/// Reads a topic of an organization: a Basic with the elements of R5's SubscriptionTopic. What cannot be applied is refused with its place,
/// since a topic that tells less than it says is noticed by nobody. No I/O.
/// </summary>
internal sealed class TopicForm
{
    private const int MostTriggers = 8;
    private const int MostFilters = 32;
    private const int MostIncludes = 8;
    private const int LongestUrl = 500;
    private const string Definitions = "http://hl7.org/fhir/StructureDefinition/";
    private static readonly string[] Statuses = ["draft", "active", "retired", "unknown"];
    private readonly FhirCall server;
    private Refusal? problem;

    private TopicForm(FhirCall server) => this.server = server;

    /// <summary>A Basic whose code says that it is a topic.</summary>
    public static bool IsTopic(JsonElement basic) =>
        basic.TryGetProperty("code"u8, out var code) && code.TryGetProperty("coding"u8, out var codings)
            && codings.ValueKind == JsonValueKind.Array && codings.EnumerateArray().Any(coding =>
                PropertyText.Of(coding, "system"u8) == TopicDefinitions.System && PropertyText.Of(coding, "code"u8) == TopicDefinitions.Code);

    /// <summary>The topic; null where it is not active: then it is kept as a resource alone.</summary>
    /// <param name="basic">The resource, which is a topic.</param>
    /// <param name="server">The call as which changes are asked: what it does not understand is not applied.</param>
    public static Result<TopicPlan?> Read(JsonElement basic, FhirCall server)
    {
        var reader = new TopicForm(server);
        var active = reader.IsActive(TopicElement.Of(basic, "modifierExtension"));
        var plan = active ? reader.Topic(TopicElement.Of(basic, "extension")) : null;
        return reader.problem is { } refused ? refused : plan;
    }

    private bool IsActive(IReadOnlyList<TopicElement> modifiers)
    {
        foreach (var other in modifiers.Where(each => each.Name != "status"))
            Refuse(other.Path, "A modifierExtension of a topic is its status.");
        var status = modifiers.FirstOrDefault(each => each.Name == "status")?.Text("valueCode");
        if (!Statuses.Contains(status)) Refuse("Basic.modifierExtension", $"A topic has a status: {string.Join(", ", Statuses)}.");
        return status == "active";
    }

    private TopicPlan Topic(IReadOnlyList<TopicElement> elements)
    {
        var triggers = Named(elements, "resourceTrigger", MostTriggers);
        if (triggers.Count == 0) Refuse("Basic.extension", "A topic has a resourceTrigger.");
        foreach (var other in Named(elements, "eventTrigger", int.MaxValue))
            Refuse(other.Path, "Events of the catalogue have topics of their own: a topic is about changes of resources.");
        var type = triggers.Count == 0 ? "" : TypeOf(triggers[0]);
        foreach (var trigger in triggers.Where(each => TypeOf(each) != type))
            Refuse(trigger.Path, "The triggers of a topic are about one resource type.");
        if (problem is not null) return new TopicPlan("", "", null);
        var conditions = new TopicConditions(type, server, Refuse);
        conditions.CheckType(triggers[0].Path);
        return new TopicPlan(type, UrlOf(elements), elements.FirstOrDefault(each => each.Name == "version")?.Text("valueString"))
        {
            Triggers = [.. triggers.Select(each => TriggerOf(each, conditions))],
            Filters = [.. Named(elements, "canFilterBy", MostFilters).Select(each => FilterOf(each, type, conditions))],
            Includes = [.. Named(elements, "notificationShape", MostTriggers).SelectMany(each => IncludesOf(each, type)).Distinct()],
        };
    }

    private string UrlOf(IReadOnlyList<TopicElement> elements)
    {
        var element = elements.FirstOrDefault(each => each.Name == "url");
        var url = element?.Text("valueUri") ?? "";
        if (url.Length is 0 or > LongestUrl || url.AsSpan().IndexOfAny('|', '#', ' ') >= 0 || !Uri.TryCreate(url, UriKind.Absolute, out _))
            Refuse(element?.Path ?? "Basic.extension", $"A topic has an absolute url of at most {LongestUrl} characters.");
        if (Topics.IsBelow(url, server.Own)) Refuse(element?.Path ?? "Basic.extension", "Addresses below [base]/SubscriptionTopic are those of the server's topics.");
        return url;
    }

    private TopicTrigger TriggerOf(TopicElement trigger, TopicConditions conditions)
    {
        foreach (var other in trigger.Parts.Where(part =>
            part.Name is not ("description" or "resource" or "supportedInteraction" or "queryCriteria" or "fhirPathCriteria")))
            Refuse(other.Path, "This part of a resourceTrigger is not understood.");
        var interactions = Named(trigger.Parts, "supportedInteraction", 3);
        foreach (var each in interactions.Where(each => each.Text("valueCode") is not ("create" or "update" or "delete")))
            Refuse(each.Path, "A supportedInteraction is create, update or delete.");
        var queries = Named(trigger.Parts, "queryCriteria", 1);
        var paths = Named(trigger.Parts, "fhirPathCriteria", 1);
        foreach (var path in paths) conditions.CheckExpression(path);
        return new TopicTrigger(
            [.. interactions.Select(each => each.Text("valueCode") ?? "").Distinct()],
            queries.Count == 0 ? null : conditions.QueryOf(queries[0]),
            paths.Count == 0 ? null : paths[0].Text("valueString"));
    }

    private TopicFilter FilterOf(TopicElement filter, string type, TopicConditions conditions)
    {
        foreach (var other in filter.Parts.Where(part =>
            part.Name is not ("description" or "resource" or "filterParameter" or "filterDefinition" or "comparator" or "modifier")))
            Refuse(other.Path, "This part of a canFilterBy is not understood.");
        CheckType(filter, type);
        return conditions.FilterOf(filter);
    }

    private List<string> IncludesOf(TopicElement shape, string type)
    {
        CheckType(shape, type);
        foreach (var other in shape.Parts.Where(part => part.Name is not ("resource" or "include")))
            Refuse(other.Path, "Of a notificationShape, resource and include are applied: what points at the focus is not told with it.");
        return Named(shape.Parts, "include", MostIncludes).ConvertAll(each => IncludeOf(each, type));
    }

    private string IncludeOf(TopicElement include, string type)
    {
        var text = include.Text("valueString") ?? "";
        if (text.Split(':') is [var owner, var code] && owner == type
            && R4Definitions.SearchParameter(type, code)?.Kind == SearchParameterKind.Reference) return code;
        Refuse(include.Path, $"An include is a reference of the topic's type: {type}:subject.");
        return "";
    }

    private void CheckType(TopicElement element, string type)
    {
        if (element.Parts.Any(part => part.Name == "resource") && TypeOf(element) != type)
            Refuse(element.Path, $"The topic is about {type}.");
    }

    private static string TypeOf(TopicElement element)
    {
        var text = element.Parts.FirstOrDefault(part => part.Name == "resource")?.Text("valueUri") ?? "";
        return text.StartsWith(Definitions, StringComparison.Ordinal) ? text[Definitions.Length..] : text;
    }

    private List<TopicElement> Named(IReadOnlyList<TopicElement> elements, string name, int most)
    {
        var found = elements.Where(each => each.Name == name).ToList();
        if (found.Count > most) Refuse(found[most].Path, $"There are at most {most} of {name}.");
        return found;
    }

    /// <summary>The first finding stands.</summary>
    private void Refuse(string path, string message) => problem ??= SubscriptionForm.No(path, message);
}
