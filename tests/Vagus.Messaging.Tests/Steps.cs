using System.Text.Json;
using Vagus.Access.Tenants;
using Vagus.Kernel;
using Vagus.Storage.Consuming;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Messaging.Tests;

/// <summary>What tests of triage do before they look.</summary>
internal static class Steps
{
    public const string AtStaff = "/api/patient-messages";
    public const string AtPortal = "/api/patient-portal/messages";
    public const string AtCanned = "/api/canned-responses";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>The tenant's setting <c>messaging</c>.</summary>
    public static async Task Sets(this Clinic clinic, object policy)
    {
        var set = await clinic.House.Get<TenantSettings>().Set(
            clinic.Tenant, "messaging", JsonSerializer.SerializeToElement(policy), default);
        Assert.Null(set.Refusal);
    }

    public static async Task<string> Begins(this Person patient, string category = "general", string content = "Hello") =>
        (await patient.Post($"{AtPortal}/threads", new { subject = "Question", category, content })).Is(201)["thread"].Text("id");

    public static string Text(this JsonElement json, string name) => json.GetProperty(name).GetString()!;

    public static IEnumerable<string?> Contents(this Answer thread) =>
        thread["messages"].EnumerateArray().Select(message => message.GetProperty("content").GetString());

    /// <summary>One turn of a duty, by its name.</summary>
    public static async Task Does(this House house, string duty) =>
        await house.Get<IEnumerable<LeasedDuty>>().Single(each => each.Name == duty).Turn(default);

    public static async Task<int> Change(this Clinic clinic, Statement statement, params object?[] values) =>
        (await clinic.House.Get<GroupCommit>().Write<int>(
            clinic.Tenant, async (write, cancel) => await write.Execute(statement, values, cancel), default)).Value;

    /// <summary>Asks again until it is so, for a limited time.</summary>
    public static async Task<Answer> Until(Func<Task<Answer>> ask, Func<Answer, bool> isSo)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        while (true)
        {
            var answer = await ask();
            if (isSo(answer)) return answer;
            Assert.True(clock.Elapsed < Limit, answer.Text);
            await Task.Delay(20);
        }
    }

    public static async Task Until(Func<Task<bool>> isSo, string otherwise)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (!await isSo())
        {
            Assert.False(limit.IsCancellationRequested, otherwise);
            await Task.Delay(20);
        }
    }

    /// <summary>Open on one day of the week only, which is not today, yesterday or tomorrow in any zone.</summary>
    public static object ClosedToday()
    {
        var day = DateTimeOffset.UtcNow.AddDays(3).DayOfWeek.ToString().ToLowerInvariant();
        return new { timeZone = "America/New_York", week = new Dictionary<string, string[]> { [day] = ["08:00-12:00"] } };
    }

    public static async Task<(Clinic Clinic, Person Patient, Person Doctor)> Open(House house, params string[] patients)
    {
        var clinic = await house.NewClinic();
        var doctor = await clinic.HasPatients(patients);
        return (clinic, await clinic.Has(Role.Patient, patient: patients[0]), doctor);
    }
}
