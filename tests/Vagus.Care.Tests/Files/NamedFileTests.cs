using System.Net.Http.Headers;
using System.Text.Json;
using Vagus.Kernel;
using Vagus.Storage.Consuming;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Care.Tests.Files;

/// <summary>Files over HTTP that FHIR resources name: they are given to who may read the resource, as long as that stands.</summary>
public abstract class NamedFileTests(Engine engine)
{
    private const string Confidentiality = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";
    private const string ActCode = "http://terminology.hl7.org/CodeSystem/v3-ActCode";

    [Theory]
    [InlineData("DocumentReference")]
    [InlineData("DiagnosticReport")]
    [InlineData("Media")]
    public async Task A_file_is_hidden_as_the_resource_that_names_it(string type)
    {
        await using var ward = await Open();
        var (provider, trusted) = (await ward.Has(Role.Provider), await ward.Has(Role.Provider, labels: Sensitivity.All));
        var file = await Upload(ward, provider);
        await Put(ward, provider, "d1", Naming(type, file));
        Assert.Equal(200, await Status(ward, provider, file));

        await Put(ward, trusted, "d1", Naming(type, file) with { Label = (Confidentiality, "R") });

        Assert.Equal(404, await Status(ward, provider, file));
        Assert.Equal(200, await Status(ward, trusted, file));
        await Put(ward, trusted, "d2", Naming(type, file));
        Assert.Equal(404, await Status(ward, provider, file));
    }

    [Fact]
    public async Task What_a_deleted_document_has_hidden_a_new_one_does_not_open()
    {
        await using var ward = await Open();
        var (provider, trusted) = (await ward.Has(Role.Provider), await ward.Has(Role.Provider, labels: Sensitivity.All));
        var file = await Upload(ward, provider);
        await Put(ward, trusted, "d1", Naming("DocumentReference", file) with { Label = (Confidentiality, "R") });
        await ward.Done(trusted, "DELETE", "/fhir/DocumentReference/d1");
        Assert.Equal(404, await Status(ward, trusted, file));

        await Put(ward, provider, "d2", Naming("DocumentReference", file));

        Assert.Equal(404, await Status(ward, provider, file));
        Assert.Equal(200, await Status(ward, trusted, file));
    }

    [Fact]
    public async Task A_resource_that_names_too_many_files_is_refused()
    {
        await using var ward = await Open();
        var provider = await ward.Has(Role.Provider);

        var taken = await ward.Send(provider, "POST", "/fhir/DocumentReference", Naming(files: 100));
        var refused = await ward.Send(provider, "POST", "/fhir/DocumentReference", Naming(files: 101));

        Assert.Equal((201, 422), (taken.Status, refused.Status));
        Assert.Equal("too-costly", refused.Body.GetProperty("issue")[0].GetProperty("code").GetString());

        static object Naming(int files) => new
        {
            resourceType = "DocumentReference",
            status = "current",
            subject = new { reference = "Patient/p1" },
            content = Enumerable.Range(1, files).Select(number => new
            {
                attachment = new { url = $"/api/files/{new Guid(number, 0, 0, new byte[8])}" },
            }),
        };
    }

    [Fact]
    public async Task A_file_is_the_patients_when_its_document_is_released()
    {
        await using var ward = await Open();
        var (provider, patient) = (await ward.Has(Role.Provider), await ward.Has(Role.Patient, patient: "p1"));
        var (document, report) = (await Upload(ward, provider), await Upload(ward, provider));
        await Put(ward, provider, "d1", Naming("DocumentReference", document));
        await Put(ward, provider, "r1", Naming("DiagnosticReport", report) with { Status = "preliminary" });
        Assert.Equal((200, 404), (await Status(ward, patient, document), await Status(ward, patient, report)));

        await Put(ward, provider, "d1", Naming("DocumentReference", document) with { Label = (ActCode, "NOPAT") });
        await Put(ward, provider, "r1", Naming("DiagnosticReport", report));

        Assert.Equal((404, 200), (await Status(ward, patient, document), await Status(ward, patient, report)));
        Assert.Equal(200, await Status(ward, provider, document));
    }

    [Fact]
    public async Task A_file_ends_with_the_last_resource_that_names_it_also_behind_a_signed_address()
    {
        await using var ward = await Open();
        var provider = await ward.Has(Role.Provider);
        var file = await Upload(ward, provider);
        await Put(ward, provider, "d1", Naming("DocumentReference", file));
        await Put(ward, provider, "d2", Naming("DocumentReference", file));
        var url = (await ward.Done(provider, "GET", $"/api/files/{file}/url")).GetProperty("url").GetString()!;

        await ward.Done(provider, "DELETE", "/fhir/DocumentReference/d1");
        Assert.Equal(200, await Status(ward, provider, file));
        await Put(ward, provider, "d2", Naming("DocumentReference", file) with { Status = "entered-in-error" });

        Assert.Equal(404, await Status(ward, provider, file));
        using (var http = new HttpClient())
        using (var answer = await http.GetAsync(new Uri(ward.Address, url))) Assert.Equal(404, (int)answer.StatusCode);
        await Put(ward, provider, "d2", Naming("DocumentReference", file));
        Assert.Equal(200, await Status(ward, provider, file));
        await Put(ward, provider, "d2", Naming("DocumentReference", await Upload(ward, provider)));
        Assert.Equal(404, await Status(ward, provider, file));
    }

    [Fact]
    public async Task A_file_follows_its_document_to_another_patient_and_a_strange_document_opens_and_closes_nothing()
    {
        await using var ward = await Open();
        var provider = await ward.Has(Role.Provider);
        var (first, second) = (await ward.Has(Role.Patient, patient: "p1"), await ward.Has(Role.Patient, patient: "p2"));
        var file = await Upload(ward, provider);

        await Put(ward, provider, "x", Naming("DocumentReference", file) with { Patient = "p2" });
        await ward.Done(provider, "DELETE", "/fhir/DocumentReference/x");
        Assert.Equal((200, 404), (await Status(ward, first, file), await Status(ward, second, file)));

        await Put(ward, provider, "d1", Naming("DocumentReference", file));
        await Put(ward, provider, "d1", Naming("DocumentReference", file) with { Patient = "p2" });
        Assert.Equal((404, 200), (await Status(ward, first, file), await Status(ward, second, file)));
    }

    [Fact]
    public async Task Resources_of_before_are_followed_too()
    {
        await using var ward = await Open();
        var (provider, trusted) = (await ward.Has(Role.Provider), await ward.Has(Role.Provider, labels: Sensitivity.All));
        var (deleted, labelled) = (await Upload(ward, provider), await Upload(ward, provider));
        await Put(ward, provider, "d1", Naming("DocumentReference", deleted));
        await ward.Done(provider, "DELETE", "/fhir/DocumentReference/d1");
        await Put(ward, trusted, "m1", Naming("Media", labelled) with { Label = (Confidentiality, "R") });
        await Execute(ward, "delete from access_file_naming where tenant_id = @tenant_id");
        await Execute(ward, "update access_file set labels = 0, withdrawn = false where tenant_id = @tenant_id");
        Assert.Equal((200, 200), (await Status(ward, provider, deleted), await Status(ward, provider, labelled)));

        await Execute(ward, "insert into access_file_past (tenant_id, type, rid, version) values (@tenant_id, '', 0, 0)");
        await ward.Get<IEnumerable<LeasedDuty>>().Single(each => each.Name == "fhir-older-files").Turn(default);

        Assert.Equal((404, 404), (await Status(ward, provider, deleted), await Status(ward, provider, labelled)));
        Assert.Equal(200, await Status(ward, trusted, labelled));
    }

    private async Task<Ward> Open()
    {
        var ward = await Ward.Open(engine);
        var provider = await ward.Has(Role.Provider);
        foreach (var patient in new[] { "p1", "p2" })
            await ward.Done(provider, "PUT", $"/fhir/Patient/{patient}", new { resourceType = "Patient", id = patient });
        return ward;
    }

    private static async Task<string> Upload(Ward ward, Signed by)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(
            HttpMethod.Post, new Uri(ward.Address, "/api/files/patient-documents?patientId=p1"))
        {
            Content = new ByteArrayContent([.. "%PDF-1.7\n"u8, .. new byte[100]]),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", by.Token);
        using var answer = await http.SendAsync(request);
        Assert.Equal(201, (int)answer.StatusCode);
        return JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("id").GetString()!;
    }

    private static async Task<int> Status(Ward ward, Signed by, string file) =>
        (await ward.Send(by, "GET", $"/api/files/{file}/url")).Status;

    private static Task Put(Ward ward, Signed by, string id, Written resource) =>
        ward.Done(by, "PUT", $"/fhir/{resource.Type}/{id}", resource.ToJson(id));

    private static async Task Execute(Ward ward, string sql) => Assert.False((await ward.Get<GroupCommit>().Write<long>(
        Ward.North, async (write, cancel) => await write.Execute(new Statement(sql), [Ward.North.Value], cancel), default)).IsRefused);

    private static Written Naming(string type, string file) => new(type, file, "p1", type switch
    {
        "DocumentReference" => "current",
        "Media" => "completed",
        _ => "final",
    });
}

public sealed class NamedFilesOnSqlite() : NamedFileTests(Engine.Sqlite);

public sealed class NamedFilesOnPostgres() : NamedFileTests(Engine.Postgres);
