using System.Text.Json;
using OtpNet;
using Vagus.Access.Tenants;
using Vagus.Identity.Sessions;
using Vagus.Kernel;

namespace Vagus.Identity.Tests.SecondFactors;

/// <summary>An authenticator app that was enrolled, and the recovery codes that came with it.</summary>
internal sealed record EnrolledApp(string Id, byte[] Seed, string[] RecoveryCodes)
{
    public string CodeAt(DateTimeOffset at) => new Totp(Seed).ComputeTotp(at.UtcDateTime);
}

/// <summary>What a client does with second factors.</summary>
internal static class FactorClient
{
    public static Task<Answer> Post(this TestClinic clinic, string path, object? body = null, string? bearer = null) =>
        clinic.Send(HttpMethod.Post, $"/api/auth{path}", body, bearer);

    public static Task<Answer> Delete(this TestClinic clinic, string path, string? bearer = null) =>
        clinic.Send(HttpMethod.Delete, $"/api/auth{path}", bearer: bearer);

    public static string Challenge(this Answer answer) => answer.Json.GetProperty("challenge").GetString()!;

    public static async Task<EnrolledApp> EnrolApp(this TestClinic clinic, string bearer)
    {
        var offer = await clinic.Post("/factors/totp", new { name = "Phone" }, bearer);
        Assert.Equal(200, offer.Status);
        var seed = Base32Encoding.ToBytes(offer.Json.GetProperty("secret").GetString()!);
        var app = new EnrolledApp(offer.Json.GetProperty("id").GetString()!, seed, []);
        var confirmed = await clinic.Post(
            $"/factors/totp/{app.Id}/confirmation", new { code = app.CodeAt(clinic.Clock.GetUtcNow()) }, bearer);
        Assert.Equal(200, confirmed.Status);
        return app with { RecoveryCodes = CodesIn(confirmed) };
    }

    public static async Task<string[]> EnrolPasskey(this TestClinic clinic, SoftAuthenticator key, string bearer)
    {
        var offer = await clinic.Post("/factors/passkeys/options", bearer: bearer);
        var passkey = key.Register(offer.Json.GetProperty("options"));
        var registered = await clinic.Post("/factors/passkeys", new { challenge = offer.Challenge(), name = "Key", passkey }, bearer);
        Assert.True(registered.Status == 200, registered.Text);
        return CodesIn(registered);
    }

    public static string[] CodesIn(Answer answer) =>
        [.. answer.Json.GetProperty("recoveryCodes").EnumerateArray().Select(code => code.GetString()!)];

    public static async Task Set(this TestClinic clinic, TenantId tenant, string json) => Assert.False(
        (await clinic.Get<TenantSettings>().Set(tenant, SignInPolicy.Setting, JsonElement.Parse(json), default)).IsRefused);
}
