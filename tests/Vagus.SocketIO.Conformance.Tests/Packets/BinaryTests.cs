using Vagus.SocketIO.Conformance.Tests.Echo;
using Vagus.SocketIO.Conformance.Tests.Wire;

namespace Vagus.SocketIO.Conformance.Tests.Packets;

public sealed class BinaryTests(EchoServers echo)
{
    private static readonly byte[] First = [1, 2, 3];
    private static readonly byte[] Second = [4, 5, 6, 0, 255];

    [Fact]
    public async Task Two_attachments_come_back_as_two_frames_in_their_order()
    {
        await using var line = await WebSocketClient.ConnectAsync(await echo.DefaultAsync());

        await line.SendAsync($"452-[\"message\",{Place(0)},{Place(1)}]");
        await line.SendAsync(First);
        await line.SendAsync(Second);

        await line.ExpectAsync($"452-[\"message-back\",{Place(0)},{Place(1)}]");
        await line.ExpectAsync(First);
        await line.ExpectAsync(Second);
    }

    [Fact]
    public async Task Attachments_may_lie_deep_inside_an_argument()
    {
        await using var line = await WebSocketClient.ConnectAsync(await echo.DefaultAsync());

        await line.SendAsync($"451-[\"message\",{{\"a\":[0,{{\"b\":{Place(0)}}}]}},\"text\"]");
        await line.SendAsync(First);

        await line.ExpectAsync($"451-[\"message-back\",{{\"a\":[0,{{\"b\":{Place(0)}}}]}},\"text\"]");
        await line.ExpectAsync(First);
    }

    [Fact]
    public async Task An_acknowledgement_carries_attachments()
    {
        await using var line = await WebSocketClient.ConnectAsync(await echo.DefaultAsync());

        await line.SendAsync($"452-789[\"message-with-ack\",{Place(0)},{Place(1)}]");
        await line.SendAsync(First);
        await line.SendAsync(Second);

        await line.ExpectAsync($"462-789[{Place(0)},{Place(1)}]");
        await line.ExpectAsync(First);
        await line.ExpectAsync(Second);
    }

    [Fact]
    public async Task An_attachment_may_be_empty()
    {
        await using var line = await WebSocketClient.ConnectAsync(await echo.DefaultAsync());

        await line.SendAsync($"451-[\"message\",{Place(0)}]");
        await line.SendAsync(Array.Empty<byte>());

        await line.ExpectAsync($"451-[\"message-back\",{Place(0)}]");
        await line.ExpectAsync(Array.Empty<byte>());
    }

    [Fact]
    public async Task Ten_attachments_are_the_most()
    {
        await using var line = await WebSocketClient.ConnectAsync(await echo.DefaultAsync());
        var places = string.Join(',', Enumerable.Range(0, 10).Select(Place));

        await line.SendAsync($"4510-[\"message\",{places}]");
        for (var i = 0; i < 10; i++) await line.SendAsync([(byte)i]);

        await line.ExpectAsync($"4510-[\"message-back\",{places}]");
        for (var i = 0; i < 10; i++) await line.ExpectAsync([(byte)i]);
    }

    [Theory]
    [InlineData("4511-[\"message\",{\"_placeholder\":true,\"num\":0}]")]
    [InlineData("45999999999999-[\"message\"]")]
    [InlineData("450-[\"message\"]")]
    [InlineData("45-[\"message\"]")]
    [InlineData("451[\"message\",{\"_placeholder\":true,\"num\":0}]")]
    [InlineData("45-1-[\"message\"]")]
    [InlineData("451.5-[\"message\"]")]
    [InlineData("45x-[\"message\"]")]
    [InlineData("460-1[]")]
    [InlineData("451-{}")]
    public async Task A_binary_packet_with_a_wrong_count_closes_the_engine(string packet)
    {
        await using var line = await WebSocketClient.ConnectAsync(await echo.DefaultAsync());

        await line.SendAsync(packet);

        await line.ExpectClosedAsync();
    }

    // CVE-2022-2421 and CVE-2023-32695: a placeholder is a number inside the range or an attack.
    [Theory]
    [InlineData("1")]
    [InlineData("-1")]
    [InlineData("1e9")]
    [InlineData("\"splice\"")]
    [InlineData("\"__proto__\"")]
    [InlineData("null")]
    [InlineData("{}")]
    public async Task A_placeholder_out_of_range_closes_the_engine(string number)
    {
        await using var line = await WebSocketClient.ConnectAsync(await echo.DefaultAsync());

        await line.SendAsync($"451-[\"message\",{{\"_placeholder\":true,\"num\":{number}}}]");
        await line.SendAsync(First);

        await line.ExpectClosedAsync();
    }

    [Fact]
    public async Task A_placeholder_between_two_attachments_closes_the_engine()
    {
        EchoCommand.SkipOnReference("it hands the application an undefined argument");
        await using var line = await WebSocketClient.ConnectAsync(await echo.DefaultAsync());

        await line.SendAsync("451-[\"message\",{\"_placeholder\":true,\"num\":0.5}]");
        await line.SendAsync(First);

        await line.ExpectClosedAsync();
    }

    [Fact]
    public async Task An_announcement_of_attachments_without_a_payload_closes_the_engine()
    {
        EchoCommand.SkipOnReference("it waits for the attachments of nothing");
        await using var line = await WebSocketClient.ConnectAsync(await echo.DefaultAsync());

        await line.SendAsync("451-");

        await line.ExpectClosedAsync();
    }

    [Fact]
    public async Task A_text_packet_where_an_attachment_is_due_closes_the_engine()
    {
        await using var line = await WebSocketClient.ConnectAsync(await echo.DefaultAsync());

        await line.SendAsync($"451-[\"message\",{Place(0)}]");
        await line.SendAsync("42[\"message\",1]");

        await line.ExpectClosedAsync();
    }

    [Fact]
    public async Task A_pong_where_an_attachment_is_due_changes_nothing()
    {
        await using var line = await WebSocketClient.ConnectAsync(await echo.DefaultAsync());

        await line.SendAsync($"451-[\"message\",{Place(0)}]");
        await line.SendAsync("3");
        await line.SendAsync(First);

        await line.ExpectAsync($"451-[\"message-back\",{Place(0)}]");
        await line.ExpectAsync(First);
    }

    [Fact]
    public async Task A_binary_frame_that_was_not_announced_closes_the_engine()
    {
        await using var line = await WebSocketClient.ConnectAsync(await echo.DefaultAsync());

        await line.SendAsync(First);

        await line.ExpectClosedAsync();
    }

    [Fact]
    public async Task A_placeholder_in_a_packet_without_attachments_is_an_ordinary_object()
    {
        await using var line = await WebSocketClient.ConnectAsync(await echo.DefaultAsync());

        await line.SendAsync($"42[\"message\",{Place(0)}]");

        await line.ExpectAsync($"42[\"message-back\",{Place(0)}]");
    }

    [Fact]
    public async Task Text_events_that_follow_attachments_keep_their_order()
    {
        await using var line = await WebSocketClient.ConnectAsync(await echo.DefaultAsync());

        await line.SendAsync("42[\"message\",1]");
        await line.SendAsync($"451-[\"message\",{Place(0)}]");
        await line.SendAsync(First);
        await line.SendAsync("42[\"message\",3]");

        await line.ExpectAsync("42[\"message-back\",1]");
        await line.ExpectAsync($"451-[\"message-back\",{Place(0)}]");
        await line.ExpectAsync(First);
        await line.ExpectAsync("42[\"message-back\",3]");
    }

    [Fact]
    public async Task Attachments_that_never_come_end_the_session()
    {
        EchoCommand.SkipOnReference("it waits for them for ever");
        await using var line = await WebSocketClient.ConnectAsync(await echo.DefaultAsync());
        line.Patience = TimeSpan.FromSeconds(60);

        await line.SendAsync($"451-[\"message\",{Place(0)}]");

        await line.ExpectClosedAsync();
    }

    private static string Place(int number) => $"{{\"_placeholder\":true,\"num\":{number}}}";
}
