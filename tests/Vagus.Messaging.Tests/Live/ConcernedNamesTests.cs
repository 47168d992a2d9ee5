using System.Text.Json;
using Vagus.Events;
using Vagus.Kernel;
using Vagus.Messaging.Live;
using Vagus.Messaging.Threads;

namespace Vagus.Messaging.Tests.Live;

/// <summary>Whose counts are asked again on account of an event: as few as can be.</summary>
public sealed class ConcernedNamesTests
{
    [Theory]
    [InlineData("priority")]
    [InlineData("labels,snoozeUntil,subject,team,overdue,dueAt,unreadSince")]
    [InlineData("")]
    public void What_no_count_depends_on_concerns_nobody(string changed) =>
        Assert.Empty(ConcernedNames.Of(Updated(changed.Split(',')), Thread()));

    [Theory]
    [InlineData("status")]
    [InlineData("assignedTo")]
    public void What_is_dealt_with_concerns_its_readers(string changed) => Assert.Equal(
        ThreadReaders.Of(Thread()), ConcernedNames.Of(Updated("priority", changed), Thread()));

    [Theory]
    [InlineData("category")]
    [InlineData("participants")]
    [InlineData("erased")]
    public void What_is_moved_or_erased_concerns_every_role_of_staff_and_those_who_take_part(string changed)
    {
        var names = ConcernedNames.Of(Updated(changed), thread: null);

        Assert.Equal(["Patient/p1", "u1"], names.Where(name => !name.StartsWith("role:", StringComparison.Ordinal)).Order());
        Assert.Contains("role:billing", names);
        Assert.DoesNotContain("role:patient", names);
    }

    [Fact]
    public void A_note_concerns_those_whom_it_mentions_and_a_mark_its_reader()
    {
        Assert.Equal(["u2"], ConcernedNames.Of(Fact("note.added", new NoteAdded("n", "th", "u1", default, MentionedIds: ["u2"])), Thread()));
        Assert.Empty(ConcernedNames.Of(Fact("note.added", new NoteAdded("n", "th", "u1", default)), Thread()));
        Assert.Equal(
            ["u3"], ConcernedNames.Of(Fact("message.read", new MessageRead("m", "th", "patient", 1, "u3", default, [])), Thread()));
    }

    private static LiveFact Updated(params string[] changed) =>
        Fact("thread.updated", new ThreadUpdated("th", "patient", "open", ["u1", "Patient/p1"], changed));

    // As the log has it.
    private static LiveFact Fact(string type, EventData data) => new("e", type, JsonElement.Parse(EventCatalogue.Serialize(data)));

    private static ThreadRow Thread() => new()
    {
        Tenant = new TenantId("t"), Id = "th", Kind = ThreadKind.Patient, Category = "general", Members = ["Patient/p1", "u1"],
        CreatedBy = "u1", CreatedAt = default, LastMessageAt = default,
    };
}
