using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Vagus.Fhir.R4.Definitions;
using Vagus.Kernel;

namespace Vagus.Fhir.Subscribing.OwnTopics;

/// <summary>What a topic of an organization asks for, as its row keeps it.</summary>
/// <param name="Type">The type of the resources that it is about.</param>
/// <param name="Url">Its canonical, without a version.</param>
/// <param name="Version">Its version; null: it names none.</param>
internal sealed record TopicPlan(string Type, string Url, string? Version)
{
    private const string Where = "Subscription.criteria";
    private const string Equal = "eq";

    /// <summary>A change that one of them lets through is an event.</summary>
    public IReadOnlyList<TopicTrigger> Triggers { get; init; } = [];

    public IReadOnlyList<TopicFilter> Filters { get; init; } = [];

    /// <summary>The search parameters whose targets go with the focus.</summary>
    public IReadOnlyList<string> Includes { get; init; } = [];

    public static string BodyOf(TopicPlan plan) => JsonSerializer.Serialize(plan);

    public static TopicPlan Read(string body) => Find(body) ?? throw new InvalidDataException("A topic has no plan.");

    /// <summary>The same; null where the row cannot be read.</summary>
    public static TopicPlan? Find(string body) => RowText.Read<TopicPlan>(body);

    /// <summary>The search of a subscription with these filters, or why the topic does not take them.</summary>
    public Result<string> SearchOf(IReadOnlyList<string> filters)
    {
        var search = SubscriptionFilters.SearchOf([.. filters, $"_type={Type}"]);
        if (search.IsRefused) return search;
        foreach (var pair in new QueryStringEnumerable(search.Value[(Type.Length + 1)..]))
        {
            if (Refuse(pair.DecodeName().ToString(), pair.DecodeValue().ToString()) is { } unfit) return unfit;
        }

        return search;
    }

    /// <summary>Whether the subscription still follows it: the canonical and the filters are those that the topic has and takes.</summary>
    public bool Suits(SubscriptionPlan subscription) =>
        IsNamed(subscription.Topic ?? "") && !SearchOf(subscription.Filters).IsRefused;

    /// <summary>Whether the canonical is the topic's, of its version where it names one.</summary>
    public bool IsNamed(string canonical) => canonical == Url || (Version is not null && canonical == $"{Url}|{Version}");

    private Refusal? Refuse(string named, string value)
    {
        var (name, modifier) = named.Split(':', 2) is [var before, var behind] ? (before, behind) : (named, null);
        if (Filters.FirstOrDefault(each => each.Parameter == name) is not { } filter)
            return No($"The filters of this topic: {string.Join(", ", Filters.Select(each => each.Parameter))}.");
        if (modifier is not null && !filter.Modifiers.Contains(R4Definitions.IsResourceType(modifier) ? TopicFilter.OfType : modifier))
            return No($"The filter {name} takes the modifiers of the topic alone: {string.Join(", ", filter.Modifiers)}.");
        if (modifier is not null || !filter.IsOrdered(Type)) return null;
        string[] taken = filter.Comparators.Count == 0 ? [Equal] : [.. filter.Comparators];
        return value.Split(',').All(each => taken.Contains(ComparatorOf(each)))
            ? null : No($"The filter {name} takes the comparators of the topic alone: {string.Join(", ", taken)}.");
    }

    private static string ComparatorOf(string value) =>
        value.Length > 2 && char.IsAsciiLetterLower(value[0]) && char.IsAsciiLetterLower(value[1]) ? value[..2] : Equal;

    private static Refusal No(string message) => SubscriptionForm.No(Where, message);
}

/// <summary>What makes a change an event: each of the parts that are there must let it through.</summary>
/// <param name="Interactions"><c>create</c>, <c>update</c>, <c>delete</c>; empty: any.</param>
/// <param name="Query">What is asked of the two versions; null: nothing.</param>
/// <param name="FhirPath">An expression over <c>%previous</c> and <c>%current</c>; null: none.</param>
internal sealed record TopicTrigger(IReadOnlyList<string> Interactions, TopicQuery? Query, string? FhirPath);

/// <summary>Searches of the versions before and after a change.</summary>
/// <param name="Previous">Of the version before; null: it is not asked.</param>
/// <param name="PassesForCreate">What stands for it where there is none; null: it does not hold.</param>
/// <param name="Current">Of the version after; null: it is not asked.</param>
/// <param name="PassesForDelete">What stands for it where there is none; null: it does not hold.</param>
/// <param name="RequireBoth">Both must hold; false: one is enough.</param>
internal sealed record TopicQuery(string? Previous, bool? PassesForCreate, string? Current, bool? PassesForDelete, bool RequireBoth);

/// <summary>A search parameter by which subscriptions may narrow a topic.</summary>
/// <param name="Parameter">Its code.</param>
/// <param name="Comparators">Those that values may begin with; empty: equality alone.</param>
/// <param name="Modifiers">Those that may follow the code.</param>
internal sealed record TopicFilter(string Parameter, IReadOnlyList<string> Comparators, IReadOnlyList<string> Modifiers)
{
    /// <summary>R5's word for the type of a reference's target: <c>subject:Patient</c>.</summary>
    public const string OfType = "type";

    /// <summary>Its values may be asked for by more and less.</summary>
    public bool IsOrdered(string type) => R4Definitions.SearchParameter(type, Parameter)?.Kind
        is SearchParameterKind.Date or SearchParameterKind.Number or SearchParameterKind.Quantity;
}
