using System.Text;
using Vagus.SocketIO.Packets;

namespace Vagus.SocketIO.Tests;

public sealed class PacketHeaderTests
{
    private static readonly SocketIOOptions Limits = new();

    [Theory]
    [InlineData("0", 0, 0, "/", -1, "")]
    [InlineData("0/custom", 0, 0, "/custom", -1, "")]
    [InlineData("0/custom,", 0, 0, "/custom", -1, "")]
    [InlineData("0/custom,{}", 0, 0, "/custom", -1, "{}")]
    [InlineData("2[\"a\"]", 2, 0, "/", -1, "[\"a\"]")]
    [InlineData("2007[\"a\"]", 2, 0, "/", 7, "[\"a\"]")]
    [InlineData("2/admin,456[\"a\"]", 2, 0, "/admin", 456, "[\"a\"]")]
    [InlineData("52-[\"a\"]", 5, 2, "/", -1, "[\"a\"]")]
    [InlineData("62-/x,9[]", 6, 2, "/x", 9, "[]")]
    [InlineData("29007199254740991[]", 2, 0, "/", 9007199254740991, "[]")]
    public void A_header_is_read_in_all_its_parts(string packet, int type, int attachments, string ns, long ack, string payload)
    {
        var bytes = Encoding.UTF8.GetBytes(packet);

        Assert.True(PacketHeader.TryRead(bytes, Limits, out var header));

        Assert.Equal(type, (int)header.Type);
        Assert.Equal(attachments, header.Attachments);
        Assert.Equal(ns, Encoding.UTF8.GetString(header.Namespace));
        Assert.Equal(ack, header.Ack);
        Assert.Equal(payload, packet[header.PayloadAt..]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("7")]
    [InlineData("a")]
    [InlineData("5[\"a\"]")]
    [InlineData("50-[\"a\"]")]
    [InlineData("511-[\"a\"]")]
    [InlineData("51[\"a\"]")]
    [InlineData("599999999999999999999-[]")]
    [InlineData("212345678901234567890123[\"a\"]")]
    public void What_no_client_sends_is_refused(string packet) =>
        Assert.False(PacketHeader.TryRead(Encoding.UTF8.GetBytes(packet), Limits, out _));

    [Fact]
    public void A_namespace_longer_than_the_limit_is_refused() =>
        Assert.False(PacketHeader.TryRead(Encoding.UTF8.GetBytes("0/" + new string('n', 300)), Limits, out _));
}
