using System.Text.Json;
using Vagus.Access.Authorization;
using Vagus.Access.Visibility;
using Vagus.Kernel;

namespace Vagus.Messaging.Threads;

/// <summary>
/// Which threads a caller sees: those that it takes part in under one of its names, and of patients' threads those of the categories that
/// its role may see. Asked of one thread here, and of all in SQL by <see cref="Condition"/>; both are what the events of a thread are
/// decided by.
/// </summary>
internal sealed record ThreadSight(Caller Caller, IReadOnlyList<string> Names, IReadOnlyList<string> Categories)
{
    public bool Sees(ThreadRow thread) =>
        TakesPart(thread)
            || (thread.Kind == ThreadKind.Patient && thread.Category is { } category && Categories.Contains(category));

    public bool TakesPart(ThreadRow thread) =>
        (thread.Kind != ThreadKind.Staff || IsStaff) && thread.Members.Any(Names.Contains);

    /// <summary>A condition on a row <c>t</c> of the threads; its values are <see cref="Values"/>, in the places of their names.</summary>
    public static string Condition(Func<string, string> listOf) => $"""
        t.erasing_at is null
          and (exists (
              select 1 from messaging_member m
              where m.tenant_id = t.tenant_id and m.thread_id = t.thread_id and m.name in ({listOf("names")}))
            or (t.kind = 'patient' and t.category in ({listOf("categories")})))
          and (t.kind <> 'staff' or @is_staff = true)
        """;

    public object?[] Values => [JsonSerializer.Serialize(Names), JsonSerializer.Serialize(Categories), IsStaff];

    private bool IsStaff => Caller.Role.IsStaff();
}

/// <summary>Works out what a caller sees by asking the visibility of events.</summary>
internal sealed class ThreadSights(TenantPolicies policies)
{
    private const string Asked = "message.sent";

    public async ValueTask<ThreadSight> Of(Reach reach, CancellationToken cancel)
    {
        var policy = await policies.Of(reach.Tenant, cancel);
        string[] categories = [.. ThreadCategory.All.Where(category => Sees(ThreadKind.Patient, category))];
        return new ThreadSight(
            reach.Caller, Sees(ThreadKind.Direct, null, reach.Caller.User.Value) ? ThreadNames.Of(reach.Caller) : [], categories);

        bool Sees(string kind, string? category, params string[] names) => EventVisibility.Sees(
            reach, new EventFacts(Asked) { Participation = new Participation(kind, category, names) }, policy);
    }

    public async ValueTask<ThreadSight> Of(Caller caller, CancellationToken cancel) =>
        await Of(await policies.ReachOf(caller, cancel), cancel);
}
