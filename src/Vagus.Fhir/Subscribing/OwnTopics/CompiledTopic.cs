using System.Text.Json;
using Vagus.Fhir.Live;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Subscribing.OwnTopics;

/// <summary>A topic of an organization, ready to be asked of changes. Whom a change is told is not decided here.</summary>
internal sealed class CompiledTopic
{
    private readonly IReadOnlyList<Trigger> triggers;

    private CompiledTopic(TopicPlan plan, IReadOnlyList<Trigger> triggers) => (Plan, this.triggers) = (plan, triggers);

    public TopicPlan Plan { get; }

    /// <summary>The version before decides too: an owner who may not see it is not told by what it was.</summary>
    public bool LooksBack => triggers.Any(trigger => trigger.LooksBack);

    /// <summary>Refused where a later server does not understand the topic any more.</summary>
    public static Result<CompiledTopic> Of(TopicPlan plan, FhirCall server)
    {
        var triggers = new List<Trigger>();
        foreach (var each in plan.Triggers)
        {
            var trigger = Trigger.Of(each, server);
            if (trigger.Refusal is { } refused) return refused;
            triggers.Add(trigger.Value);
        }

        return new CompiledTopic(plan, triggers);
    }

    public bool Fires(ChangeContents change) => triggers.Any(trigger => trigger.Fires(change));

    private sealed record Trigger(TopicTrigger Asked, LiveSearch? Previous, LiveSearch? Current, TopicExpression? Expression)
    {
        public bool LooksBack => Previous is not null || Expression is { LooksBack: true };

        public static Result<Trigger> Of(TopicTrigger asked, FhirCall server)
        {
            var (previous, current) = (Read(asked.Query?.Previous, server), Read(asked.Query?.Current, server));
            if ((previous.Refusal ?? current.Refusal) is { } refused) return refused;
            return new Trigger(
                asked, previous.Value, current.Value, asked.FhirPath is { } text ? TopicExpression.Compile(text) : null);
        }

        public bool Fires(ChangeContents change) =>
            (Asked.Interactions.Count == 0 || Asked.Interactions.Contains(change.Interaction))
            && (Asked.Query is not { } query || Holds(query, change.Move))
            && (Expression is null || Expression.Holds(change.Previous, change.Current));

        private bool Holds(TopicQuery query, ResourceMove move)
        {
            var before = move.Before is { } previous ? Previous?.Finds(previous) : query.PassesForCreate ?? Absent(Previous);
            var after = move.After is { } current ? Current?.Finds(current) : query.PassesForDelete ?? Absent(Current);
            if (before is null || after is null) return before ?? after ?? false;
            return query.RequireBoth ? before.Value && after.Value : before.Value || after.Value;
        }

        /// <summary>A search of a version that there is none of does not hold; null: there is no search.</summary>
        private static bool? Absent(LiveSearch? search) => search is null ? null : false;

        private static Result<LiveSearch?> Read(string? search, FhirCall server)
        {
            if (search is null) return (LiveSearch?)null;
            var read = ReadLiveSearch.Run(search, server, most: 1);
            return read.Refusal is { } refused ? refused : read.Value;
        }
    }
}

/// <summary>A change with the contents of its two versions, which are parsed where a topic asks for them.</summary>
internal sealed class ChangeContents
{
    private readonly Lazy<JsonElement?> previous;
    private readonly Lazy<JsonElement?> current;

    public ChangeContents(ResourceMove move, OwnBases own)
    {
        Move = move;
        previous = new Lazy<JsonElement?>(() => Read(move.PreviousContent, own));
        current = new Lazy<JsonElement?>(() => Read(move.Content, own));
    }

    public ResourceMove Move { get; }

    public string Interaction => Move.After is null ? "delete" : Move.Before is null ? "create" : "update";

    public JsonElement? Previous => previous.Value;

    public JsonElement? Current => current.Value;

    private static JsonElement? Read(byte[]? body, OwnBases own) => body is null ? null : OwnReferences.Read(body, own);
}
