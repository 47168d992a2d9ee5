using System.Text.Json;
using Vagus.Access.Authorization;
using Vagus.Fhir.Deriving;
using Vagus.Fhir.Store;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Subscribing.OwnTopics;

/// <summary>
/// The rows of an organization's topics, changed in the commit of their resources. Those who administer the organization write them. Who
/// follows a topic reads it anew from there on; a subscription whose topic is gone, or takes its filters no more, is in error.
/// </summary>
internal sealed class KeepTopics(FhirOptions options, TimeProvider clock) : IAcceptChanges
{
    /// <summary>Topics of one organization that are applied.</summary>
    public const int Most = 64;

    public string ResourceType => TopicDefinitions.Type;

    public async ValueTask<Refusal?> Accept(FhirCall call, WriteTransaction write, ResourceChange change)
    {
        var topic = change.After is { } after && TopicForm.IsTopic(after) ? after : (JsonElement?)null;
        var was = change.Before is { } before && TopicForm.IsTopic(before);
        if (topic is null && !was) return null;
        if (call.Caller.Role is not (Role.Admin or Role.Service)) return FhirRefusals.Forbidden;
        var server = SubscriptionCalls.AsServer(write.Tenant, options, call.Own, clock, call.Cancel);
        var read = topic is { } basic ? TopicForm.Read(basic, server) : (TopicPlan?)null;
        if (read.Refusal is { } unfit) return unfit;
        if (read.Value is { } plan && await Refuse(write, change.Id, plan, call.Cancel) is { } refused) return refused;
        await Keep(write, change.Id, read.Value, call.Cancel);
        return null;
    }

    private static async ValueTask<Refusal?> Refuse(WriteTransaction write, string id, TopicPlan plan, CancellationToken cancel)
    {
        if (Topics.Find(id) is not null) return SubscriptionForm.No("Basic.id", "A topic of the server has this id.");
        var named = await write.QueryOne(TopicTables.Named, [write.Tenant.Value, plan.Url], row => row.GetString(0), cancel);
        if (named is not null && named != id)
            return SubscriptionForm.No("Basic.extension", $"The topic {named} has this url. One that is not active is kept, and not applied.");
        var others = await write.QueryOne(TopicTables.Others, [write.Tenant.Value, id], row => row.GetInt64(0), cancel);
        return others < Most ? null : FhirRefusals.TooCostly($"An organization has at most {Most} topics that are active.");
    }

    private static async ValueTask Keep(WriteTransaction write, string id, TopicPlan? plan, CancellationToken cancel)
    {
        object?[] key = [write.Tenant.Value, id];
        var position = await write.NextPosition(cancel) - 1;
        await write.Execute(FormerTables.KeepTopic, [.. key, position, write.At.ToMicroseconds()], cancel);
        if (plan is null) await write.Execute(TopicTables.Remove, key, cancel);
        else await write.Execute(TopicTables.Keep, [.. key, plan.Url, TopicPlan.BodyOf(plan)], cancel);
        if (await write.Execute(TopicTables.Changed, [position, .. key], cancel) == 0) return;
        var followers = await write.Query(TopicTables.Followers, key, SubscriptionRow.Of, cancel);
        var lost = followers.Where(row => row.HasLostTopic).Select(row => row.Id).ToList();
        if (lost.Count == 0) return;
        await write.Execute(
            TopicTables.Lost, [write.At.ToMicroseconds(), write.Tenant.Value, JsonSerializer.Serialize(lost)], cancel);
    }
}
