using Vagus.Access.Outgoing;
using Vagus.Care.Seeing;
using Vagus.Events;
using Vagus.Kernel;
using Vagus.Storage.Log;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Care.Notifications;

/// <summary>
/// The one way in which a person is notified: a row that is listed, an event for that person alone, and a notice in case the person looks
/// at no screen.
/// </summary>
internal sealed class AddNotification(INotifyUsers notices, IdSource ids) : ITellPeople
{
    /// <summary>What another room tells is seen by its recipient, by no role.</summary>
    private const string SeenByRecipient = "notification.sent";

    public async ValueTask Run(
        WriteTransaction write, UserId user, SourceFacts facts, NewNotification told, CancellationToken cancel)
    {
        var id = ids.NewId();
        var content = told.Content with { Id = id };
        var open = facts.HasOpenForm ? (told.Open ?? NotifyPeople.Hidden(content)) with { Id = id } : null;
        var position = await write.Append(
            facts.Draft(ids.NewId(), content, open) with { Audience = new EventAudience(null, null, [user.Value]) }, cancel);
        write.Insert(
            NotificationTables.Rows, write.Tenant.Value, user.Value, id, told.SeenAs, facts.ToJson(), EventCatalogue.Serialize(content),
            open is null ? null : EventCatalogue.Serialize(open), told.Tracks, write.At.ToMicroseconds(), position);
        await notices.Queue(write, new Notice(NoticeKind.Notification, user, id, write.At), cancel);
    }

    public ValueTask Tell(WriteTransaction write, UserId user, NotificationSent content, string causedBy, CancellationToken cancel)
    {
        var patients = content.PatientId is { } patient ? new[] { patient } : [];
        // It was made for this one person, which may be a patient: it holds nothing that waits for a release.
        var facts = new SourceFacts(causedBy, patients, Resource: null, Sensitivity.None, Released: true);
        return Run(write, user, facts, new NewNotification(SeenByRecipient, content), cancel);
    }
}

/// <param name="SeenAs">The type of event by whose visibility it is seen.</param>
/// <param name="Content">Its id is given when it is stored.</param>
internal sealed record NewNotification(string SeenAs, NotificationSent Content)
{
    /// <inheritdoc cref="NotificationDraft.Open"/>
    public NotificationSent? Open { get; init; }

    /// <inheritdoc cref="NotificationDraft.Tracks"/>
    public string? Tracks { get; init; }
}
