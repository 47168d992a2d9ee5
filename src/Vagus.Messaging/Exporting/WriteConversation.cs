using Vagus.Access.Authorization;
using Vagus.Kernel;
using Vagus.Messaging.Files;
using Vagus.Messaging.Messages;
using Vagus.Messaging.Threads;
using Vagus.Messaging.Triage;
using Vagus.Messaging.Words;

namespace Vagus.Messaging.Exporting;

/// <summary>
/// A conversation as PDF, with times in the clinic's zone. Patients read who of the care team wrote by the role, as in the portal. It is
/// of a limited length, and made in its turn.
/// </summary>
internal sealed class WriteConversation(
    OpenedPages pages, ThreadSeals seals, IFindPatients patients, IFindUsers users, ClinicTime clinic, TimeProvider clock)
{
    private const int MostCharacters = 1_000_000;
    private const int MostMessages = 5_000;

    public async ValueTask<Result<byte[]>> Run(Reach reach, ThreadRow thread, bool withNames, CancellationToken cancel)
    {
        var read = await Read(thread, cancel);
        if (read.Refusal is { } tooLarge) return tooLarge;
        var policy = await clinic.PolicyOf(thread.Tenant, cancel);
        var words = ExportWords.Of(policy.Language);
        var names = withNames ? await NamesOf(thread.Tenant, read.Value, cancel) : NoNames;
        var conversation = new ConversationText(words, await clinic.ZoneOf(thread.Tenant, policy, cancel))
        {
            Clinic = policy.ClinicName,
            Patient = thread.Patient is { } patient ? (await patients.Find(reach, patient, cancel))?.Name : null,
            Subject = await seals.Open(ThreadSeals.Subject(thread.Tenant, thread.Id), thread.SealedSubject, cancel),
            Began = thread.CreatedAt,
            MadeAt = clock.GetUtcNow(),
            Messages = [.. read.Value.Select(message => Spoken(message, words, names))],
        };
        return await Task.Run(() => ConversationPdf.Write(conversation), cancel);
    }

    private async ValueTask<Result<List<MessageAnswer>>> Read(ThreadRow thread, CancellationToken cancel)
    {
        if (thread.LastSequence > MostMessages) return TooLarge;
        var (messages, characters) = (new List<MessageAnswer>(), 0);
        await foreach (var page in pages.Of(thread, cancel))
        {
            messages.AddRange(page.Select(each => each.Opened));
            characters += page.Sum(each => each.Opened.Content?.Length ?? 0);
            if (characters > MostCharacters) return TooLarge;
        }

        return messages;
    }

    private ValueTask<IReadOnlyDictionary<string, string>> NamesOf(
        TenantId tenant, List<MessageAnswer> messages, CancellationToken cancel) =>
        users.NamesOf(tenant, [.. messages.Select(message => message.SenderId).Distinct(StringComparer.Ordinal)], cancel);

    private static SpokenText Spoken(MessageAnswer message, ExportWords words, IReadOnlyDictionary<string, string> names)
    {
        var state = message.Status switch
        {
            MessageStatus.Sent => SpokenState.Sent,
            MessageStatus.Retracted => SpokenState.Retracted,
            _ => SpokenState.Unreadable,
        };
        var name = names.TryGetValue(message.SenderId, out var known)
            ? $"{known} ({words.Roles.GetValueOrDefault(message.SenderRole, message.SenderRole)})" : null;
        return new SpokenText(
            message.SentAt, message.SenderRole, name, message.Content, state,
            [.. message.Attachments.Select(file => file.FileName ?? file.ContentType)]);
    }

    private static readonly IReadOnlyDictionary<string, string> NoNames = new Dictionary<string, string>(StringComparer.Ordinal);

    private static readonly Refusal TooLarge = new(
        RefusalKind.Unprocessable, "export_too_large", "This conversation is too long for a document. Ask for format=fhir.");
}
