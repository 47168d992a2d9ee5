using System.Net;
using System.Net.Sockets;
using Vagus.Access.Outgoing;

namespace Vagus.Access.Tests.Outgoing;

public sealed class GuardedHttpTests
{
    [Theory]
    [InlineData("93.184.216.34", true, true)]
    [InlineData("2606:4700::1111", true, true)]
    [InlineData("10.1.2.3", false, true)]
    [InlineData("172.31.255.255", false, true)]
    [InlineData("192.168.0.1", false, true)]
    [InlineData("127.0.0.1", false, true)]
    [InlineData("::1", false, true)]
    [InlineData("fd00::1", false, true)]
    [InlineData("::ffff:10.0.0.1", false, true)]
    [InlineData("::ffff:169.254.169.254", false, false)]
    [InlineData("64:ff9b::7f00:1", false, true)]
    [InlineData("::7f00:1", false, true)]
    [InlineData("169.254.169.254", false, false)]
    [InlineData("fe80::1", false, false)]
    [InlineData("100.64.0.1", false, false)]
    [InlineData("0.0.0.0", false, false)]
    [InlineData("::", false, false)]
    [InlineData("198.18.0.1", false, false)]
    [InlineData("224.0.0.1", false, false)]
    [InlineData("255.255.255.255", false, false)]
    [InlineData("2002:7f00:1::", false, false)]
    [InlineData("2001:0:1::", false, false)]
    [InlineData("::ffff:0:127.0.0.1", false, false)]
    [InlineData("::ffff:0:5db8:d822", false, false)]
    [InlineData("ff02::1", false, false)]
    public void Addresses_that_are_no_public_service_are_closed(string address, bool open, bool openInOwnNetwork)
    {
        Assert.Equal(open, AddressGuard.Allows(IPAddress.Parse(address), privateToo: false));
        Assert.Equal(openInOwnNetwork, AddressGuard.Allows(IPAddress.Parse(address), privateToo: true));
    }

    [Theory]
    [InlineData("https://127.0.0.1:{0}/")]
    [InlineData("https://localhost:{0}/")]
    [InlineData("https://[::ffff:127.0.0.1]:{0}/")]
    [InlineData("https://2130706433:{0}/")]
    [InlineData("http://127.0.0.1:{0}/")]
    [InlineData("https://user:secret@localhost:{0}/")]
    public async Task No_connection_is_opened_to_the_own_machine(string address)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var http = GuardedHttp.Create(new OutgoingRules { Timeout = TimeSpan.FromSeconds(5) });
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;

        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(new Uri(string.Format(null, address, port))));

        Assert.False(listener.Pending());
    }

    [Fact]
    public async Task Plain_http_is_for_this_machine_alone_also_in_the_own_network()
    {
        using var http = GuardedHttp.Create(new OutgoingRules { PrivateToo = true, Timeout = TimeSpan.FromSeconds(5) });

        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(new Uri("http://10.0.0.1/")));
    }

    [Fact]
    public async Task A_redirect_is_not_followed_and_a_long_answer_is_an_error()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");
        using var http = GuardedHttp.Create(new OutgoingRules { PrivateToo = true, MaxBytes = 100 });

        var redirect = Serve(listener, "HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        using (var answer = await http.GetAsync(address)) Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        await redirect;
        var longOne = Serve(listener, $"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{new string('x', 200)}");
        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(address));
        await longOne;
    }

    private static async Task Serve(TcpListener listener, string answer)
    {
        using var client = await listener.AcceptTcpClientAsync();
        var stream = client.GetStream();
        _ = await stream.ReadAsync(new byte[4096]);
        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(answer));
    }
}
