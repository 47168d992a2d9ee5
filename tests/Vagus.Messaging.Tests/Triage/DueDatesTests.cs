using System.Text.Json;
using Vagus.Kernel;
using Vagus.Messaging.Staff;
using Vagus.Messaging.Threads;
using Vagus.Messaging.Triage;

namespace Vagus.Messaging.Tests.Triage;

public sealed class DueDatesTests
{
    private static readonly DateTimeOffset Monday = new(2026, 11, 23, 9, 0, 0, TimeSpan.Zero);

    private static readonly MessagingPolicy Policy = Read("""
        { "calendar": { "timeZone": "UTC", "week": { "monday": ["08:00-12:00", "13:00-17:00"], "tuesday": ["08:00-12:00"] } },
          "teams": { "night": { "timeZone": "UTC", "week": { "monday": ["00:00-24:00"], "tuesday": ["00:00-24:00"] } } },
          "targets": [ { "minutes": 480 }, { "category": "billing", "minutes": 240 }, { "priority": "urgent", "minutes": 60 },
                       { "category": "billing", "priority": "urgent", "minutes": 30 } ] }
        """);

    /// <summary>The same calendar; no other category has a target.</summary>
    private static readonly MessagingPolicy OfBilling = Policy with
    {
        Targets = [.. Policy.Targets.Where(each => each.Category == "billing")],
    };

    [Theory]
    [InlineData("general", "normal", "2026-11-24T09:00:00Z")]
    [InlineData("billing", "normal", "2026-11-23T14:00:00Z")]
    [InlineData("general", "urgent", "2026-11-23T10:00:00Z")]
    [InlineData("billing", "urgent", "2026-11-23T09:30:00Z")]
    public void The_target_that_names_most_of_a_thread_counts(string category, string priority, string due)
    {
        var before = Thread() with { Category = category, Priority = priority };

        var after = Wait(before, Monday);

        Assert.Equal(At(due), after.DueAt);
    }

    [Fact]
    public void A_second_message_of_a_patient_who_waits_changes_nothing()
    {
        var first = Wait(Thread(), Monday);

        Assert.Equal(first.DueAt, Wait(first, Monday.AddHours(2)).DueAt);
    }

    [Fact]
    public void An_answer_and_the_end_of_a_thread_end_it()
    {
        var waiting = Wait(Thread(), Monday) with { OverdueAt = Monday };
        var answered = ThreadRules.AfterMessage(waiting, fromPatient: false, named: null, Monday);

        foreach (var next in new[] { answered, waiting with { Status = ThreadStatus.Closed } })
        {
            var after = DueDates.After(waiting, next, Policy, Monday);
            Assert.Equal((null, null, null), (after.DueAt, after.DueLeft, after.OverdueAt));
        }
    }

    [Fact]
    public void The_time_rests_while_the_clinic_waits_for_the_patient()
    {
        var waiting = Wait(Thread() with { Category = "billing" }, Monday);
        var asked = DueDates.After(waiting, waiting with { Status = ThreadStatus.WaitingPatient }, Policy, Monday.AddHours(1));
        Assert.Equal((null, TimeSpan.FromHours(3)), (asked.DueAt, asked.DueLeft));
        var still = DueDates.After(asked, asked with { Priority = "low" }, Policy, Monday.AddHours(2));
        Assert.Equal(TimeSpan.FromHours(3), still.DueLeft);

        var back = DueDates.After(still, still with { Status = ThreadStatus.Open }, Policy, At("2026-11-23T15:00:00Z"));

        // Two hours until five, and one on Tuesday from eight.
        Assert.Equal((At("2026-11-24T09:00:00Z"), null), (back.DueAt, back.DueLeft));
    }

    [Fact]
    public void A_thread_that_is_opened_again_has_its_whole_time_from_then()
    {
        var waiting = Wait(Thread() with { Category = "billing" }, Monday);
        var closed = DueDates.After(waiting, waiting with { Status = ThreadStatus.Closed }, Policy, Monday.AddHours(1));
        var opening = At("2026-11-24T08:00:00Z");

        var open = DueDates.After(closed, closed with { Status = ThreadStatus.Open }, Policy, opening);
        var urgent = DueDates.After(open, open with { Priority = "urgent" }, Policy, opening.AddMinutes(10));
        var asked = DueDates.After(open, open with { Status = ThreadStatus.WaitingPatient }, Policy, opening.AddHours(1));
        var back = DueDates.After(asked, asked with { Status = ThreadStatus.Open }, Policy, opening.AddHours(2));
        var resting = DueDates.After(closed, closed with { Status = ThreadStatus.WaitingPatient }, Policy, opening);

        Assert.Equal((opening.AddHours(4), null), (open.DueAt, open.OverdueAt));
        Assert.Equal(open.DueAt, DueDates.Anew(open, Policy, opening.AddHours(1)).DueAt);
        Assert.Equal(opening.AddMinutes(30), urgent.DueAt);
        Assert.Equal(At("2026-11-30T09:00:00Z"), back.DueAt);
        Assert.Equal((null, TimeSpan.FromHours(4)), (resting.DueAt, resting.DueLeft));
    }

    [Fact]
    public void A_thread_that_comes_back_from_a_category_without_a_target_has_used_up_what_it_had()
    {
        var waiting = Wait(Thread() with { Category = "billing" }, Monday);
        var closed = Step(waiting, waiting with { Status = ThreadStatus.Closed }, hours: 0.5);
        var asked = Step(waiting, waiting with { Status = ThreadStatus.WaitingPatient }, hours: 0.5);
        var reopened = Step(closed, closed with { Status = ThreadStatus.Open }, hours: 2);
        var answered = Step(asked, asked with { Status = ThreadStatus.Open }, hours: 2);

        // Of four hours the first has all from eleven on, the second three and a half; there is a pause from twelve to one.
        foreach (var (thread, due) in new[] { (waiting, 14.0), (reopened, 16), (answered, 15.5) })
        {
            var away = Step(thread, thread with { Category = "general" }, hours: 2.5);
            var back = Step(away, away with { Category = "billing" }, hours: 3);
            var without = DueDates.Anew(thread, MessagingPolicy.Default, Monday.AddHours(2.5));

            Assert.Equal((null, null, null), (away.DueAt, away.DueLeft, away.OverdueAt));
            Assert.Equal(At("2026-11-23T00:00:00Z").AddHours(due), back.DueAt);
            Assert.Equal((null, back.DueAt), (without.DueAt, DueDates.Anew(without, OfBilling, Monday.AddHours(3)).DueAt));
        }
    }

    [Theory]
    [InlineData("general asked billing open", 15.5)]
    [InlineData("general asked open billing", 15.5)]
    [InlineData("general asked+billing open", 15.5)]
    [InlineData("general asked open+billing", 15.5)]
    [InlineData("general+asked billing open", 15.5)]
    [InlineData("asked general billing open", 15.5)]
    [InlineData("asked general+open billing", 15.5)]
    [InlineData("general billing asked open", 15.5)]
    public void A_rest_that_begins_or_ends_without_a_target_is_a_rest(string steps, double due)
    {
        var thread = Wait(Thread() with { Category = "billing" }, Monday);
        var all = steps.Split(' ');

        foreach (var (place, step) in all.Index())
        {
            var next = step.Split('+').Aggregate(thread, (one, change) => change switch
            {
                "asked" => one with { Status = ThreadStatus.WaitingPatient },
                "open" => one with { Status = ThreadStatus.Open },
                _ => one with { Category = change },
            });
            // The rest is from half past nine to eleven.
            thread = Step(thread, next, hours: all.Take(place + 1).Any(each => each.Contains("open", StringComparison.Ordinal)) ? 2 : 0.5);
        }

        Assert.Equal(At("2026-11-23T00:00:00Z").AddHours(due), thread.DueAt);
    }

    [Fact]
    public void Another_priority_or_team_counts_from_when_the_patient_began_to_wait()
    {
        var waiting = Wait(Thread(), Monday) with { OverdueAt = Monday };
        var urgent = DueDates.After(waiting, waiting with { Priority = "urgent" }, Policy, Monday.AddHours(3));
        Assert.Equal((Monday.AddHours(1), Monday), (urgent.DueAt, urgent.OverdueAt));

        var night = DueDates.After(waiting, waiting with { Team = "night" }, Policy, Monday.AddHours(3));

        Assert.Equal((Monday.AddHours(8), null), (night.DueAt, night.OverdueAt));
    }

    [Fact]
    public void Without_a_target_nothing_is_due() =>
        Assert.Null(DueDates.After(Thread(), Thread() with { WaitingSince = Monday }, MessagingPolicy.Default, Monday).DueAt);

    [Fact]
    public void What_has_passed_is_marked_once_and_goes_back_to_all_where_the_tenant_says_so()
    {
        var thread = Wait(Thread(), Monday) with { AssignedTo = "nurse", Status = ThreadStatus.WaitingProvider };
        var late = At("2026-11-24T09:00:00Z");
        Assert.Same(thread, MindThreads.After(thread, toPool: true, late.AddSeconds(-1)));

        var (marked, pooled) = (MindThreads.After(thread, toPool: false, late), MindThreads.After(thread, toPool: true, late));

        Assert.Equal((late, "nurse", "waiting_provider"), (marked.OverdueAt, marked.AssignedTo, marked.Status));
        Assert.Equal((late, null, "open"), (pooled.OverdueAt, pooled.AssignedTo, pooled.Status));
        Assert.Same(marked, MindThreads.After(marked, toPool: true, late.AddDays(1)));
        Assert.Equal(["overdue"], ThreadRules.Changed(thread, marked));
    }

    [Fact]
    public void A_snooze_ends_by_time_and_by_a_message_of_the_patient()
    {
        var snoozed = Thread() with { SnoozedUntil = Monday };

        Assert.Null(MindThreads.After(snoozed, toPool: false, Monday).SnoozedUntil);
        Assert.Null(ThreadRules.AfterMessage(snoozed, fromPatient: true, named: null, Monday.AddHours(-1)).SnoozedUntil);
        Assert.Equal(Monday, ThreadRules.AfterMessage(snoozed, fromPatient: false, named: null, Monday.AddHours(-1)).SnoozedUntil);
    }

    [Theory]
    [InlineData("""{ "undoSeconds": 16 }""")]
    [InlineData("""{ "undoSeconds": "5" }""")]
    [InlineData("""{ "language": "fr" }""")]
    [InlineData("""{ "labels": [ { "id": "A", "name": "x" } ] }""")]
    [InlineData("""{ "labels": [ { "id": "a", "name": "x" }, { "id": "a", "name": "y" } ] }""")]
    [InlineData("""{ "targets": [ { "minutes": 0 } ] }""")]
    [InlineData("""{ "targets": [ { "minutes": 20161 } ] }""")]
    [InlineData("""{ "targets": [ { "minutes": 5 }, { "minutes": 6 } ] }""")]
    [InlineData("""{ "targets": [ { "category": "weather", "minutes": 5 } ] }""")]
    [InlineData("""{ "targets": {} }""")]
    [InlineData("""{ "escalation": "loudly" }""")]
    [InlineData("""{ "autoReplies": { "hours": 0 } }""")]
    [InlineData("""{ "autoReplies": { "off": ["weather"] } }""")]
    [InlineData("""{ "autoReplies": { "texts": { "weather": "x" } } }""")]
    [InlineData("""{ "autoReplies": { "texts": { "closed": " " } } }""")]
    [InlineData("""{ "teams": { "night": {} } }""")]
    [InlineData("""{ "clinic": { "fax": "1" } }""")]
    [InlineData("""{ "colour": "blue" }""")]
    [InlineData("[]")]
    public void A_setting_that_would_mean_something_else_than_was_meant_is_refused(string json) =>
        Assert.NotNull(MessagingPolicy.Refuse(JsonElement.Parse(json)));

    private static ThreadRow Step(ThreadRow before, ThreadRow after, double hours) =>
        DueDates.After(before, after, OfBilling, Monday.AddHours(hours));

    private static ThreadRow Wait(ThreadRow thread, DateTimeOffset at) =>
        DueDates.After(thread, ThreadRules.AfterMessage(thread, fromPatient: true, named: null, at), Policy, at);

    private static MessagingPolicy Read(string json)
    {
        var read = MessagingPolicy.Read(JsonElement.Parse(json));
        Assert.Null(read.Refusal);
        return read.Value;
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private static ThreadRow Thread() => new()
    {
        Tenant = new TenantId("north"),
        Id = "t1",
        Kind = ThreadKind.Patient,
        Patient = new PatientId("p1"),
        Category = "general",
        Members = ["Patient/p1"],
        CreatedBy = "maya",
        CreatedAt = Monday,
        LastMessageAt = Monday,
    };
}
