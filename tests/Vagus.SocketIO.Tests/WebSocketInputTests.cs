using System.Buffers.Binary;
using System.Text;
using Vagus.SocketIO.Delivery;
using Vagus.SocketIO.WebSockets;

namespace Vagus.SocketIO.Tests;

public sealed class WebSocketInputTests
{
    private static readonly EngineOptions Limits = new() { MaxPayload = 100_000, MaxFramesPerMessage = 50 };

    [Fact]
    public void A_message_is_unmasked() => Assert.Equal(["Text:hello"], Run(Frame(1, "hello"u8)));

    [Fact]
    public void Fragments_are_joined_and_control_frames_between_them_are_seen() =>
        Assert.Equal(
            ["Ping:x", "Text:hello"],
            Run([.. Frame(1, "he"u8, final: false), .. Frame(9, "x"u8), .. Frame(0, "l"u8, final: false), .. Frame(0, "lo"u8)]));

    [Fact]
    public void A_character_may_be_split_between_fragments() =>
        Assert.Equal(["Text:é"], Run([.. Frame(1, [0xC3], final: false), .. Frame(0, [0xA9])]));

    [Fact]
    public void Invalid_text_is_1007() => Assert.Equal(["Violation:1007"], Run(Frame(1, [0xC3, 0x28])));

    [Fact]
    public void A_close_reason_that_is_not_utf8_is_1007() => Assert.Equal(["Violation:1007"], Run(Frame(8, [0x03, 0xE8, 0xC3, 0x28])));

    [Fact]
    public void A_frame_longer_than_the_limit_is_1009_before_it_is_received() =>
        Assert.Equal(["Violation:1009"], Run(Frame(2, new byte[100_001])[..14]));

    [Fact]
    public void Fragments_that_add_up_to_more_than_the_limit_are_1009() =>
        Assert.Equal(["Violation:1009"], Run([.. Frame(2, new byte[60_000], final: false), .. Frame(0, new byte[60_000])]));

    [Fact]
    public void A_flood_of_empty_fragments_is_refused()
    {
        var flood = Frame(1, "a"u8, final: false)
            .Concat(Enumerable.Repeat(Frame(0, default, final: false), 200).SelectMany(frame => frame));

        Assert.Equal(["Violation:1002"], Run([.. flood]));
    }

    [Theory]
    [InlineData("810141")]
    [InlineData("C18000000000")]
    [InlineData("838000000000")]
    [InlineData("808000000000")]
    [InlineData("098000000000")]
    [InlineData("89FE007E00000000")]
    [InlineData("88810000000001")]
    [InlineData("88820000000003ED")]
    [InlineData("88820000000003E7")]
    [InlineData("82FFFFFFFFFFFFFFFFFF00000000")]
    [InlineData("018000000000818000000000")]
    public void A_frame_that_breaks_the_protocol_is_1002(string hex) => Assert.Equal(["Violation:1002"], Run(Convert.FromHexString(hex)));

    [Fact]
    public void However_the_bytes_arrive_the_messages_are_the_same()
    {
        var random = new Random(4_711);
        for (var round = 0; round < 300; round++)
        {
            var (bytes, expected) = RandomTraffic(random);
            var input = new WebSocketInput(Limits);
            var seen = new List<string>();
            for (var at = 0; at < bytes.Length;)
            {
                var count = Math.Min(random.Next(1, 2_000), bytes.Length - at);
                at += Feed(input, bytes.AsSpan(at, count), seen);
            }
            Assert.Equal(expected, seen);
            Assert.False(input.HasPartial);
        }
    }

    [Fact]
    public void Random_bytes_end_in_a_violation_or_in_waiting_and_never_throw()
    {
        var random = new Random(815);
        for (var round = 0; round < 3_000; round++)
        {
            var bytes = new byte[random.Next(1, 300)];
            random.NextBytes(bytes);
            Run(bytes);
        }
    }

    private static (byte[] Bytes, List<string> Expected) RandomTraffic(Random random)
    {
        var bytes = new List<byte>();
        var expected = new List<string>();
        for (var i = random.Next(1, 12); i > 0; i--)
        {
            var text = new string('a', random.Next(0, random.Next(2) == 0 ? 20 : 9_000)) + "é";
            var payload = Encoding.UTF8.GetBytes(text);
            var cut = random.Next(payload.Length + 1);
            if (random.Next(2) == 0)
            {
                bytes.AddRange(Frame(1, payload));
            }
            else
            {
                bytes.AddRange(Frame(1, payload.AsSpan(0, cut), final: false));
                if (random.Next(2) == 0)
                {
                    bytes.AddRange(Frame(9, "p"u8));
                    expected.Add("Ping:p");
                }
                bytes.AddRange(Frame(0, payload.AsSpan(cut)));
            }
            expected.Add("Text:" + text);
        }
        return ([.. bytes], expected);
    }

    private static List<string> Run(byte[] bytes)
    {
        var input = new WebSocketInput(Limits);
        var seen = new List<string>();
        for (var at = 0; at < bytes.Length && !(seen.Count > 0 && seen[^1].StartsWith("Violation", StringComparison.Ordinal));)
        {
            at += Feed(input, bytes.AsSpan(at), seen);
        }
        return seen;
    }

    private static int Feed(WebSocketInput input, ReadOnlySpan<byte> bytes, List<string> seen)
    {
        var space = input.Space();
        var count = Math.Min(space.Length, bytes.Length);
        bytes[..count].CopyTo(space.Span);
        input.Received(count);
        while (input.Next(out var payload) is var kind && kind != InputKind.Nothing)
        {
            seen.Add(kind == InputKind.Violation ? $"Violation:{input.Violation}" : $"{kind}:{Encoding.UTF8.GetString(payload.Span)}");
            if (kind == InputKind.Violation) break;
        }
        input.Rest();
        return count;
    }

    private static byte[] Frame(int opcode, ReadOnlySpan<byte> payload, bool final = true)
    {
        byte[] mask = [1, 2, 3, 4];
        var bytes = new List<byte> { (byte)((final ? 0x80 : 0) | opcode) };
        var length = new byte[8];
        if (payload.Length < 126)
        {
            bytes.Add((byte)(0x80 | payload.Length));
        }
        else if (payload.Length <= ushort.MaxValue)
        {
            BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)payload.Length);
            bytes.AddRange([0xFE, .. length[..2]]);
        }
        else
        {
            BinaryPrimitives.WriteInt64BigEndian(length, payload.Length);
            bytes.AddRange([0xFF, .. length]);
        }
        bytes.AddRange(mask);
        for (var i = 0; i < payload.Length; i++) bytes.Add((byte)(payload[i] ^ mask[i & 3]));
        return [.. bytes];
    }
}
