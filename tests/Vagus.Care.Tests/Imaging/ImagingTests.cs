using System.Net.Http.Headers;
using System.Text.Json;
using Vagus.Care.Imaging;
using Vagus.Events;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Consuming;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Care.Tests.Imaging;

/// <summary>DICOM files over HTTP: the event of each, the study that they belong to, and who may see them.</summary>
public abstract class ImagingTests(Engine engine)
{
    private const string StudyUid = "1.2.826.0.1.1";
    private const string OtherUid = "1.2.826.0.1.2";
    private const string Ct = "urn:oid:1.2.840.10008.5.1.4.1.1.2";
    private const string Plainly = "store=radiology-images";

    [Fact]
    public async Task An_image_tells_of_itself_and_registers_its_study()
    {
        await using var ward = await Open();
        var radiology = await ward.Has(Role.Radiology);

        var (status, file) = await Upload(ward, radiology, Image(1));

        Assert.Equal(201, status);
        var study = await TheStudy(ward, radiology);
        Assert.Equal("registered", study.GetProperty("status").GetString());
        Assert.Equal("CT", study.GetProperty("modality")[0].GetProperty("code").GetString());
        var told = (await ward.Log()).Single(each => each.Type == "radiology.image.uploaded");
        Assert.Equal(
            new RadiologyImageUploaded($"ImagingStudy/{Id(study)}", Id(file), "p1", Id(study)),
            EventCatalogue.TryDeserialize(told.Type, told.Body));
        Assert.Equal(radiology.User, told.UserId);
        Assert.Equal("p1", told.Patients.Single().Value);
    }

    [Fact]
    public async Task A_study_is_complete_when_all_announced_images_are_stored()
    {
        await using var ward = await Open();
        var radiology = await ward.Has(Role.Radiology);
        await Announce(ward, radiology, images: 3);

        await Upload(ward, radiology, Image(1));
        await Upload(ward, radiology, Image(2));
        await Turn(ward);
        Assert.DoesNotContain(await ward.Log(), each => each.Type == "radiology.study.complete");
        await Upload(ward, radiology, Image(3));
        await Turn(ward);

        var study = await TheStudy(ward, radiology);
        Assert.Equal("available", study.GetProperty("status").GetString());
        var told = (await ward.LogWhen(log => log.Exists(each => each.Type == "radiology.study.complete")))
            .Single(each => each.Type == "radiology.study.complete");
        var complete = Assert.IsType<RadiologyStudyComplete>(EventCatalogue.TryDeserialize(told.Type, told.Body));
        Assert.Equal((Id(study), 3), (complete.StudyId, complete.NumberOfImages));
    }

    [Fact]
    public async Task An_announcement_that_comes_after_the_images_completes_the_study_too()
    {
        await using var ward = await Open();
        var radiology = await ward.Has(Role.Radiology);
        await Upload(ward, radiology, Image(1));
        await Upload(ward, radiology, Image(2));

        await Announce(ward, radiology, images: 2);
        await Turn(ward);

        Assert.Contains(await ward.Log(), each => each.Type == "radiology.study.complete");
    }

    [Fact]
    public async Task A_study_that_names_its_images_waits_for_these_and_no_others()
    {
        await using var ward = await Open();
        var radiology = await ward.Has(Role.Radiology);
        await Announce(ward, radiology, images: null, InstanceUid(1), InstanceUid(2));

        await Upload(ward, radiology, Image(1));
        await Upload(ward, radiology, Image(9));
        await Turn(ward);
        Assert.DoesNotContain(await ward.Log(), each => each.Type == "radiology.study.complete");
        await Upload(ward, radiology, Image(2));
        await Turn(ward);

        Assert.Contains(await ward.Log(), each => each.Type == "radiology.study.complete");
    }

    [Fact]
    public async Task A_study_whose_turn_was_refused_for_a_moment_is_completed_by_the_next_one()
    {
        await using var ward = await Open();
        var radiology = await ward.Has(Role.Radiology);
        await Announce(ward, radiology, images: 1);
        await Upload(ward, radiology, Image(1));

        await Execute(ward, new Statement("alter table audit_entry rename to audit_entry_hidden"));
        await Turn(ward);
        await Execute(ward, new Statement("alter table audit_entry_hidden rename to audit_entry"));
        await Turn(ward);

        Assert.Equal("available", (await TheStudy(ward, radiology)).GetProperty("status").GetString());
        Assert.Single(await ward.Log(), each => each.Type == "radiology.study.complete");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_comes_while_a_study_is_refused_makes_it_due_whatever_the_refusal_says(bool isImage)
    {
        await using var ward = await Open();
        var radiology = await ward.Has(Role.Radiology);
        var duty = ward.Get<IEnumerable<LeasedDuty>>().OfType<CompleteStudies>().Single();
        await Announce(ward, radiology, images: 2);
        await Upload(ward, radiology, Image(1));
        var seen = await Changes(ward);

        await (isImage ? (Task)Upload(ward, radiology, Image(2)) : Announce(ward, radiology, images: 1));
        await duty.PutOff(Ward.North, StudyUid, seen, default);
        await Turn(ward);

        Assert.Equal("available", (await TheStudy(ward, radiology)).GetProperty("status").GetString());
    }

    [Fact]
    public async Task Studies_that_fail_do_not_hold_up_those_behind_them_and_are_completed_later()
    {
        await using var ward = await Open();
        var radiology = await ward.Has(Role.Radiology);
        await Announce(ward, radiology, images: null, InstanceUid(1));
        var failing = Id(await TheStudy(ward, radiology));
        await ward.Done(radiology, "PUT", $"/fhir/ImagingStudy?identifier=urn:dicom:uid|urn:oid:{OtherUid}", Study(OtherUid, images: 1));
        await Upload(ward, radiology, new DicomFile(OtherUid, $"{OtherUid}.1", $"{OtherUid}.1.1") { PatientId = "MRN-1" });
        await Execute(ward, new Statement("alter table care_image rename to care_image_hidden"));
        // Its image seems to be there only now: the duty's own first turn may come at any moment before.
        await Execute(
            ward, new Statement("update care_study set stored = 1 where tenant_id = @tenant_id and study_uid = @study_uid"),
            Ward.North.Value, StudyUid);
        // As many more as one turn looks at, and one behind them all whose images are counted and not looked up.
        for (var number = 0; number < 60; number++)
        {
            await Execute(ward, new Statement("""
                insert into care_study (tenant_id, study_uid, patient_id, stored, resource_id, wanted, open)
                values (@tenant_id, @study_uid, 'p1', 1, @resource_id, 1, @open)
                """), Ward.North.Value, $"0.{number}", failing, true);
        }

        await Turn(ward);
        await Turn(ward);

        Assert.Single(await ward.Log(), each => each.Type == "radiology.study.complete");
        Assert.Equal("registered", (await TheStudy(ward, radiology)).GetProperty("status").GetString());
        await Execute(ward, new Statement("alter table care_image_hidden rename to care_image"));
        await Upload(ward, radiology, Image(1));
        await Turn(ward);
        await Turn(ward);
        Assert.Equal("available", (await TheStudy(ward, radiology)).GetProperty("status").GetString());
    }

    [Fact]
    public async Task An_image_whose_header_names_another_patient_is_refused_alike_whether_that_number_is_known_or_not()
    {
        await using var ward = await Open();
        var radiology = await ward.Has(Role.Radiology);
        var before = (await ward.Log()).Count;

        var ofSecond = await Upload(ward, radiology, OfNobody("MRN-2"));
        var ofFirst = await Upload(ward, radiology, OfNobody("MRN-1"), patient: "p2");
        var ofNobody = await Upload(ward, radiology, OfNobody("Elsewhere-4"));
        var ofNeighbour = await Upload(ward, await ward.Has(Role.Radiology, Ward.South), OfNobody("MRN-2"));

        Assert.Equal((409, "patient_differs"), Short(ofNobody));
        Assert.All([ofSecond, ofFirst, ofNeighbour], answer => Assert.Equal(Plain(ofNobody.Body), Plain(answer.Body)));
        Assert.Equal(before, (await ward.Log()).Count);
        Assert.Equal(0, await Count(ward));
    }

    [Fact]
    public async Task An_image_with_another_number_is_taken_from_a_sender_who_has_looked_and_the_audit_says_so()
    {
        await using var ward = await Open();
        var (radiology, admin) = (await ward.Has(Role.Radiology), await ward.Has(Role.Admin));

        var known = await Upload(ward, radiology, OfNobody("MRN-2"), confirm: "&confirmPatient=true");
        var unknown = await Upload(ward, radiology, new DicomFile("1.2.8", "1.2.8.1", "1.2.8.1.1") { PatientId = "Elsewhere-4" },
            confirm: "&confirmPatient=true");
        var own = await Upload(ward, radiology, Image(1), confirm: "&confirmPatient=true");
        var without = await Upload(ward, radiology, Image(2) with { PatientId = null });

        Assert.Equal((201, 201, 201, 201), (known.Status, unknown.Status, own.Status, without.Status));
        var audit = await ward.Done(admin, "GET", "/api/audit?action=file-store");
        Assert.Equal(
            [Plainly, Plainly, $"{Plainly},patient=confirmed", $"{Plainly},patient=confirmed"],
            audit.GetProperty("items").EnumerateArray().Select(entry => entry.GetProperty("detail").GetString()));
    }

    [Fact]
    public async Task An_image_of_a_study_of_another_patient_is_refused_and_leaves_nothing()
    {
        await using var ward = await Open();
        var radiology = await ward.Has(Role.Radiology);
        await Upload(ward, radiology, Image(1));
        var before = (await ward.Log()).Count;

        var without = await Upload(ward, radiology, Image(2) with { PatientId = null }, patient: "p2");
        var confirmed = await Upload(ward, radiology, Image(2), patient: "p2", confirm: "&confirmPatient=true");

        Assert.Equal((409, "study_differs"), Short(without));
        Assert.Equal((409, "study_differs"), Short(confirmed));
        Assert.Equal(before, (await ward.Log()).Count);
        Assert.Equal(1, await Count(ward));
    }

    [Fact]
    public async Task The_same_image_is_stored_once_and_a_file_without_a_header_not_at_all()
    {
        await using var ward = await Open();
        var radiology = await ward.Has(Role.Radiology);
        await Upload(ward, radiology, Image(1));

        Assert.Equal((409, "image_exists"), Short(await Upload(ward, radiology, Image(1))));
        Assert.Equal((415, "dicom_header"), Short(await Upload(ward, radiology, Image(2) with { Series = "none" })));

        Assert.Equal(1, await Count(ward));
        Assert.Single(await ward.Log(), each => each.Type == "radiology.image.uploaded");
    }

    [Fact]
    public async Task Files_are_hidden_as_their_study_is()
    {
        await using var ward = await Open();
        var (radiology, trusted) = (await ward.Has(Role.Radiology), await ward.Has(Role.Radiology, labels: Sensitivity.All));
        var file = Id((await Upload(ward, radiology, Image(1))).Body);
        var study = await TheStudy(ward, trusted);

        var labelled = JsonSerializer.Deserialize<Dictionary<string, object>>(study.GetRawText())!;
        labelled["meta"] = new
        {
            security = new[] { new { system = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", code = "R" } },
        };
        await ward.Done(trusted, "PUT", $"/fhir/ImagingStudy/{Id(study)}", labelled);
        var second = await Upload(ward, trusted, Image(2));

        Assert.Equal(404, (await ward.Send(radiology, "GET", $"/api/files/{file}/url")).Status);
        Assert.Equal(404, (await ward.Send(radiology, "GET", $"/api/files/{Id(second.Body)}/url")).Status);
        Assert.Equal(200, (await ward.Send(trusted, "GET", $"/api/files/{file}/url")).Status);
        Assert.NotEqual(Sensitivity.None, (await ward.Log()).Last(each => each.Type == "radiology.image.uploaded").Labels);
    }

    [Fact]
    public async Task Organizations_have_studies_of_their_own()
    {
        await using var ward = await Open();
        var (north, south) = (await ward.Has(Role.Radiology), await ward.Has(Role.Radiology, Ward.South));

        var inNorth = await Upload(ward, north, Image(1));
        var inSouth = await Upload(ward, south, Image(1));

        Assert.Equal((201, 201), (inNorth.Status, inSouth.Status));
        Assert.Equal(404, (await ward.Send(south, "GET", $"/api/files/{Id(inNorth.Body)}/url")).Status);
        Assert.Equal(404, (await ward.Send(north, "GET", $"/api/files/{Id(inSouth.Body)}/url")).Status);
    }

    [Fact]
    public async Task The_chart_shows_the_files_of_a_complete_study()
    {
        await using var ward = await Open();
        var (radiology, provider) = (await ward.Has(Role.Radiology), await ward.Has(Role.Provider));
        await Announce(ward, radiology, images: null, InstanceUid(1));
        var file = Id((await Upload(ward, radiology, Image(1))).Body);
        await Turn(ward);

        var image = await Shown(ward, provider);

        Assert.Equal(
            (file, $"/api/files/{file}", "1.2.826.0.1.1.1", InstanceUid(1)),
            (image.GetProperty("fileId").GetString(), image.GetProperty("url").GetString(), image.GetProperty("seriesUid").GetString(),
                image.GetProperty("instanceUid").GetString()));
    }

    private async Task<Ward> Open()
    {
        var ward = await Ward.Open(engine);
        foreach (var tenant in new[] { Ward.North, Ward.South })
        {
            var provider = await ward.Has(Role.Provider, tenant);
            foreach (var number in new[] { 1, 2 })
            {
                await ward.Done(provider, "PUT", $"/fhir/Patient/p{number}", new
                {
                    resourceType = "Patient", id = $"p{number}", identifier = new[] { new { system = "urn:mrn", value = $"MRN-{number}" } },
                });
            }
        }

        return ward;
    }

    private static string InstanceUid(int number) => $"{StudyUid}.1.{number}";

    private static DicomFile Image(int number) => new(StudyUid, $"{StudyUid}.1", InstanceUid(number)) { PatientId = "MRN-1" };

    private static DicomFile OfNobody(string number) => new("1.2.9", "1.2.9.1", "1.2.9.1.1") { PatientId = number };

    private static string Plain(JsonElement problem) =>
        string.Join(", ", problem.EnumerateObject().Where(field => field.Name != "traceId").Select(field => field.ToString()));

    private static async Task<(int Status, JsonElement Body)> Upload(
        Ward ward, Signed by, DicomFile image, string patient = "p1", string confirm = "")
    {
        using var http = new HttpClient();
        var path = $"/api/files/radiology-images?patientId={patient}{confirm}";
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(ward.Address, path))
        {
            Content = new ByteArrayContent(image.ToBytes()),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", by.Token);
        using var answer = await http.SendAsync(request);
        return ((int)answer.StatusCode, JsonElement.Parse(await answer.Content.ReadAsStringAsync()));
    }

    private static Dictionary<string, object> Study(string uid, int? images)
    {
        var study = new Dictionary<string, object>
        {
            ["resourceType"] = "ImagingStudy",
            ["identifier"] = new[] { new { system = "urn:dicom:uid", value = $"urn:oid:{uid}" } },
            ["status"] = "registered",
            ["subject"] = new { reference = "Patient/p1" },
        };
        if (images is { } number) study["numberOfInstances"] = number;
        return study;
    }

    private static Task<JsonElement> Announce(Ward ward, Signed by, int? images, params string[] instances)
    {
        var study = Study(StudyUid, images);
        if (instances.Length > 0)
        {
            study["series"] = new[]
            {
                new
                {
                    uid = $"{StudyUid}.1",
                    modality = new { system = "http://dicom.nema.org/resources/ontology/DCM", code = "CT" },
                    instance = instances.Select(uid => new { uid, sopClass = new { system = "urn:ietf:rfc:3986", code = Ct } }),
                },
            };
        }

        return ward.Done(by, "PUT", $"/fhir/ImagingStudy?identifier=urn:dicom:uid|urn:oid:{StudyUid}", study);
    }

    private static async Task<JsonElement> TheStudy(Ward ward, Signed by)
    {
        var found = await ward.Done(by, "GET", $"/fhir/ImagingStudy?identifier=urn:dicom:uid|urn:oid:{StudyUid}");
        return Assert.Single(found.GetProperty("entry").EnumerateArray().ToList()).GetProperty("resource");
    }

    private static async Task<JsonElement> Shown(Ward ward, Signed by)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        while (true)
        {
            var (status, page) = await ward.Send(by, "GET", "/api/aggregate/patients/p1/imaging");
            if (status == 200 && page.GetProperty("items").EnumerateArray().FirstOrDefault() is { ValueKind: JsonValueKind.Object } study
                && study.GetProperty("images").GetArrayLength() > 0)
                return Assert.Single(study.GetProperty("images").EnumerateArray().ToList());
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), $"{status} {page}");
            await Task.Delay(20);
        }
    }

    private static ValueTask<long> Changes(Ward ward) => ward.Get<Database>().QueryOne(
        new Statement("select changes from care_study where study_uid = @study_uid"), [StudyUid], row => row.GetInt64(0), default);

    private static async Task Turn(Ward ward) =>
        await ward.Get<IEnumerable<LeasedDuty>>().Single(each => each.Name == "imaging-studies").Turn(default);

    private static async Task Execute(Ward ward, Statement statement, params object?[] values) =>
        Assert.False((await ward.Get<GroupCommit>().Write<long>(
            Ward.North, async (write, cancel) => await write.Execute(statement, values, cancel), default)).IsRefused);

    private static ValueTask<long> Count(Ward ward) => ward.Get<Database>().QueryOne(
        new Statement("select count(*) from access_file where tenant_id = @tenant_id"), [Ward.North.Value], row => row.GetInt64(0), default);

    private static string Id(JsonElement of) => of.GetProperty("id").GetString()!;

    private static (int Status, string? Code) Short((int Status, JsonElement Body) answer) =>
        (answer.Status, answer.Body.GetProperty("code").GetString());
}

public sealed class ImagingOnSqlite() : ImagingTests(Engine.Sqlite);

public sealed class ImagingOnPostgres() : ImagingTests(Engine.Postgres);
