using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Vagus.Identity;
using Vagus.Identity.Administration;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.Bench.SignIn;

/// <summary>The server with one tenant on SQLite, behind Kestrel on a free port. Requests say which network they come from.</summary>
internal sealed class BenchClinic : IAsyncDisposable
{
    public const string Password = House.Password;
    private const string NetworkHeader = "X-Bench-Address";
    private readonly House house;
    private readonly TenantId tenant;

    private BenchClinic(House house, TenantId tenant)
    {
        (this.house, this.tenant) = (house, tenant);
        house.Http.BaseAddress = house.Address;
    }

    public HttpClient Http => house.Http;

    public static async Task<BenchClinic> Start(int rounds)
    {
        var house = new House(
            Engine.Sqlite, new HousePlan { Identity = new IdentityOptions { PasswordIterations = rounds }, Map = TakeNetworkFromHeader });
        await house.InitializeAsync();
        return new BenchClinic(house, await house.AddTenant());
    }

    public async Task AddUser(string email) => await house.Add(new NewUser(tenant, email, "Somebody", Role.Nurse));

    public async Task<HttpResponseMessage> SignIn(string email, string password, int network)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/auth/login");
        request.Content = JsonContent.Create(new { email, password });
        request.Headers.Add(NetworkHeader, $"10.{network >> 8 & 255}.{network & 255}.1");
        return await Http.SendAsync(request);
    }

    public ValueTask DisposeAsync() => house.DisposeAsync();

    private static void TakeNetworkFromHeader(WebApplication app) => app.Use((context, next) =>
    {
        if (IPAddress.TryParse(context.Request.Headers[NetworkHeader], out var address)) context.Connection.RemoteIpAddress = address;
        return next(context);
    });
}
