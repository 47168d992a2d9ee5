using System.Net.Http.Headers;
using Vagus.Access.Audit;
using Vagus.Access.AuditReading;
using Vagus.Identity.Administration;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Identity.Tests.Files;

/// <summary>A signed address opens its file no longer than the session and the rights that it was made with.</summary>
public abstract class FileAddressTests(Engine engine)
{
    private static readonly byte[] Pdf = [.. "%PDF-1.7\n"u8, .. new byte[400]];

    public static readonly TheoryData<string> Ends = ["signed out", "disabled", "labelled", "record gone"];

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task An_address_ends_with_the_access_that_it_was_made_with(string end)
    {
        await using var clinic = await Open();
        var nurse = (await clinic.Login("ann@example.org")).AccessToken;
        var url = await AddressOf(clinic, nurse, await Uploaded(clinic, nurse));
        Assert.Equal(200, (await clinic.Get(url)).Status);

        await (end switch
        {
            "signed out" => clinic.Send(HttpMethod.Post, "/api/auth/logout", bearer: nurse),
            "disabled" => clinic.Get<ChangeUser>().Disable(TestClinic.North, new UserId("ann"), default).AsTask(),
            "labelled" => Done(() => clinic.Patients.Add(TestClinic.North, "p1", labelled: true)),
            _ => Done(() => clinic.Patients.Remove(TestClinic.North, "p1")),
        });

        var answer = await clinic.Get(url);
        Assert.Equal((404, "file_not_found"), (answer.Status, answer.Code));
        var page = await clinic.Get<AuditReader>().Search(TestClinic.North, new AuditFilter(), before: null, count: 20, default);
        Assert.Contains(
            page.Entries.Select(recorded => recorded.Entry),
            entry => entry is { Action: AuditActions.ReadFile, Reason: "file_not_found" } && entry.User == new UserId("ann"));
    }

    [Fact]
    public async Task An_address_of_a_proxy_ends_with_the_proxy()
    {
        await using var clinic = await Open();
        clinic.Patients.Add(TestClinic.North, "child", "2020-05-05");
        clinic.Patients.Add(TestClinic.North, "m1");
        await clinic.AddUser("mum@example.org", Role.Patient, patient: "m1", id: "mum");
        await clinic.Get<ChangeUser>().GrantProxy(TestClinic.North, new UserId("mum"), new PatientId("child"), default);
        var nurse = (await clinic.Login("ann@example.org")).AccessToken;
        var id = await Uploaded(clinic, nurse, "child");
        var url = await AddressOf(clinic, (await clinic.Login("mum@example.org", path: "/api/patient-portal/auth/login")).AccessToken, id);
        Assert.Equal(200, (await clinic.Get(url)).Status);

        await clinic.Get<ChangeUser>().RevokeProxy(TestClinic.North, new UserId("mum"), new PatientId("child"), default);

        Assert.Equal(404, (await clinic.Get(url)).Status);
    }

    [Fact]
    public async Task The_session_of_an_address_is_not_exchanged()
    {
        await using var clinic = await Open();
        var first = await clinic.Login("ann@example.org");
        var url = await AddressOf(clinic, first.AccessToken, await Uploaded(clinic, first.AccessToken));
        await clinic.Send(HttpMethod.Post, "/api/auth/logout", bearer: first.AccessToken);
        var second = (await clinic.Login("ann@example.org")).AccessToken;
        var other = await AddressOf(clinic, second, await Uploaded(clinic, second));

        var moved = url.Replace(SessionOf(url), SessionOf(other), StringComparison.Ordinal);

        Assert.Equal(200, (await clinic.Get(other)).Status);
        Assert.NotEqual(url, moved);
        Assert.Equal(404, (await clinic.Get(moved)).Status);
        Assert.Equal(404, (await clinic.Get(other.Replace("session=", "no=", StringComparison.Ordinal))).Status);
    }

    private async Task<TestClinic> Open()
    {
        var clinic = await TestClinic.Open(engine);
        await clinic.AddUser("ann@example.org", Role.Nurse, id: "ann");
        clinic.Patients.Add(TestClinic.North, "p1");
        return clinic;
    }

    private static async Task<string> Uploaded(TestClinic clinic, string token, string patient = "p1")
    {
        using var content = new ByteArrayContent(Pdf);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/pdf");
        var answer = await clinic.Send(
            HttpMethod.Post, $"/api/files/patient-documents?patientId={patient}", bearer: token,
            change: request => request.Content = content);
        Assert.Equal(201, answer.Status);
        return answer.Json.GetProperty("id").GetString()!;
    }

    private static async Task<string> AddressOf(TestClinic clinic, string token, string id) =>
        (await clinic.Get($"/api/files/{id}/url", token)).Json.GetProperty("url").GetString()!;

    private static string SessionOf(string url) =>
        url.Split('?')[1].Split('&').Single(pair => pair.StartsWith("session=", StringComparison.Ordinal));

    private static Task Done(Action act)
    {
        act();
        return Task.CompletedTask;
    }
}

public sealed class FileAddressesOnSqlite() : FileAddressTests(Engine.Sqlite);

public sealed class FileAddressesOnPostgres() : FileAddressTests(Engine.Postgres);
