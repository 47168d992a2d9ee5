using System.Net.Sockets;
using System.Text;

namespace Vagus.Fhir.Api.Tests.Input;

public abstract class SlowClientTests(FhirServer server)
{
    [Fact]
    public async Task Clients_that_promise_large_bodies_and_send_little_do_not_keep_others_waiting()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        var slow = new List<TcpClient>();
        try
        {
            for (var client = 0; client < 32; client++) slow.Add(await Begin(provider, "Content-Length: 8000000"));
            for (var client = 0; client < 8; client++) slow.Add(await Begin(provider, "Transfer-Encoding: chunked"));
            var large = Sample.Post(
                Sample.Patient(
                "Large",
                more: $",\"text\":{{\"status\":\"generated\",\"div\":\"<div xmlns=\\\"http://www.w3.org/1999/xhtml\\\">{new string('x', 2_000_000)}</div>\"}}"));

            var posted = await provider.Bundle("transaction", large).WaitAsync(TimeSpan.FromSeconds(30));

            posted.Is(200);
            (await provider.Create(Sample.Patient())).Is(201);
        }
        finally
        {
            foreach (var client in slow) client.Dispose();
        }
    }

    private async Task<TcpClient> Begin(Person person, string length)
    {
        var client = new TcpClient();
        await client.ConnectAsync(server.Address.Host, server.Address.Port);
        var head =
            $"POST /fhir HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {person.Token}\r\nContent-Type: application/fhir+json\r\n{length}\r\n\r\n";
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head));
        await client.GetStream().FlushAsync();
        return client;
    }
}

public sealed class SlowClientsOnSqlite(SqliteFhirServer server) : SlowClientTests(server);

public sealed class SlowClientsOnPostgres(PostgresFhirServer server) : SlowClientTests(server);
