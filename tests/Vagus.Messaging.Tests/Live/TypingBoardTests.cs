using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Vagus.Kernel;
using Vagus.Messaging.Live;

namespace Vagus.Messaging.Tests.Live;

public sealed class TypingBoardTests
{
    [Fact]
    public void At_its_bound_no_new_typing_is_told_and_what_was_told_still_ends()
    {
        var told = new ToldWords();
        using var board = new TypingBoard(
            told, new MessagingOptions { MostTyping = 1 }, TimeProvider.System, NullLogger<TypingBoard>.Instance);

        board.Set(Nurse("u1"), "thread", isTyping: true, _ => true);
        board.Set(Nurse("u2"), "thread", isTyping: true, _ => true);
        board.Set(Nurse("u2"), "thread", isTyping: false, _ => true);
        board.Set(Nurse("u1"), "thread", isTyping: true, _ => true);
        board.Set(Nurse("u1"), "thread", isTyping: false, _ => true);
        board.Set(Nurse("u2"), "thread", isTyping: true, _ => true);

        Assert.Equal(["u1 True", "u1 False", "u2 True"], told.Words);
    }

    private static Caller Nurse(string user) => new(new TenantId("t"), new UserId(user), Role.Nurse, new SessionId("s"));

    /// <summary>Keeps who was told to be typing.</summary>
    private sealed class ToldWords : ITellLive
    {
        public List<string> Words { get; } = [];

        public void Tell(TenantId tenant, string inNamespace, LiveWord word, Func<Caller, bool> hears)
        {
            var payload = JsonSerializer.SerializeToElement(word.Data);
            Words.Add($"{payload.GetProperty("userId").GetString()} {payload.GetProperty("isTyping").GetBoolean()}");
        }

        public void Tell(TenantId tenant, string inNamespace, IReadOnlyDictionary<SessionId, LiveWord> words) =>
            throw new InvalidOperationException("Who types is told to all in one word.");

        public IReadOnlyList<Caller> Listening(TenantId tenant, string inNamespace) => [];
    }
}
