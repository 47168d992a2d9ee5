using System.Text.Json;
using Vagus.Access.Tenants;
using Vagus.Kernel;
using Vagus.Messaging.Threads;

namespace Vagus.Messaging.Triage;

/// <summary>Where threads of a category go: to a team, to a person, and with which priority.</summary>
internal sealed record RoutingRule(string Category, string? Team, string? AssignTo, string? Priority)
{
    private const int MostOfTeam = 64;

    public static bool IsTeam(string id) =>
        id.Length is > 0 and <= MostOfTeam && id.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.');

    public static Result<IReadOnlyList<RoutingRule>> Read(JsonElement given)
    {
        if (given.ValueKind != JsonValueKind.Array) return FieldRefusals.Wrong("routing", "a list");
        if (given.GetArrayLength() > ThreadCategory.All.Length) return FieldRefusals.TooMany("routing", ThreadCategory.All.Length);
        var rules = new List<RoutingRule>();
        foreach (var item in given.EnumerateArray())
        {
            var rule = One(item);
            if (rule.Refusal is { } refusal) return refusal;
            if (rules.Exists(other => other.Category == rule.Value.Category))
                return FieldRefusals.Wrong("routing", "a list that names no category twice");
            rules.Add(rule.Value);
        }

        return rules;
    }

    private static Result<RoutingRule> One(JsonElement given)
    {
        var fields = RequestFields.Read(given, "category", "team", "assignTo", "priority");
        if (fields.Refusal is { } unknown) return unknown;
        var (category, team) = (fields.Value.Text("category"), fields.Value.OptionalText("team"));
        var (user, priority) = (fields.Value.OptionalText("assignTo"), fields.Value.OptionalText("priority"));
        if ((category.Refusal ?? team.Refusal ?? user.Refusal ?? priority.Refusal) is { } malformed) return malformed;
        if (!ThreadCategory.All.Contains(category.Value)) return FieldRefusals.Wrong("category", "a category");
        if (team.Value is { } named && !IsTeam(named)) return FieldRefusals.Wrong("team", "an id: letters, digits, hyphens");
        if (user.Value is { } id && !ChosenId.IsFhirId(id)) return FieldRefusals.Wrong("assignTo", "the id of a user");
        if (priority.Value is { } level && !PriorityOfThread.All.Contains(level)) return FieldRefusals.Wrong("priority", "a priority");
        return (team.Value ?? user.Value ?? priority.Value) is null
            ? FieldRefusals.Missing("team") : new RoutingRule(category.Value, team.Value, user.Value, priority.Value);
    }
}
