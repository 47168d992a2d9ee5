using Vagus.Access.Files;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Testing;
using static Vagus.Messaging.Tests.Steps;

namespace Vagus.Messaging.Tests.Files;

/// <summary>A file in which the scanner finds something is given to nobody, and who sent it is told.</summary>
public abstract class QuarantineTests(Engine engine)
{
    private static readonly byte[] Clean = [.. "%PDF-1.4\n%%EOF\n"u8];
    private static readonly byte[] Infected = [.. "%PDF-1.4\n"u8, .. FakeClamd.Eicar];

    [Fact]
    public async Task The_sender_is_told_of_the_file_that_nobody_gets_and_of_others_it_is_kept()
    {
        await using var scanner = new FakeClamd { IsAway = true };
        await using var house = await Open(scanner);
        var (clinic, patient, doctor) = await Steps.Open(house, "p1");
        var (nurse, thread) = (await clinic.Has(Role.Nurse), await patient.Begins());
        foreach (var (author, at, others) in new[]
        {
            (patient, AtPortal, new[] { (doctor, AtStaff), (nurse, AtStaff) }), (doctor, AtStaff, [(patient, AtPortal), (nurse, AtStaff)]),
        })
        {
            scanner.IsAway = true;
            var (bad, good) = (await author.Upload($"{at}/attachments", Infected), await author.Upload($"{at}/attachments", Clean));
            var message = new { content = "Look", attachmentIds = new[] { bad, good } };
            var id = (await author.Post($"{at}/threads/{thread}/messages", message)).Is(201)["id"].GetString();
            foreach (var (who, door) in others.Append((author, at)))
                (await who.Get($"{door}/attachments/{bad}")).IsRefused(409, "file_pending");

            scanner.IsAway = false;
            await Scanned(house, clinic, bad, FileScan.Quarantined);
            await Scanned(house, clinic, good, FileScan.Clean);

            foreach (var (who, door) in others.Append((author, at)))
            {
                (await who.Get($"{door}/attachments/{bad}")).IsRefused(410, "file_quarantined");
                (await who.Get($"/api/files/{bad}")).IsRefused(404, "file_not_found");
                Assert.Equal(Clean, await who.Download($"{door}/attachments/{good}"));
                var shown = (await who.Get($"{door}/threads/{thread}")).Is(200)["messages"].EnumerateArray()
                    .Single(each => each.Text("id") == id).GetProperty("attachments");
                Assert.Equal(["quarantined", "clean"], shown.EnumerateArray().Select(file => file.Text("scan")));
            }

            var told = (await author.Get("/api/notifications")).Is(200)["items"].EnumerateArray().ToList();
            Assert.Equal("attachment_quarantined", Assert.Single(told).Text("type"));
            Assert.EndsWith(thread, told[0].GetProperty("action").Text("url"), StringComparison.Ordinal);
            Assert.DoesNotContain("note.pdf", told[0].ToString(), StringComparison.Ordinal);
        }

        Assert.Empty((await nurse.Get("/api/notifications")).Is(200)["items"].EnumerateArray());
    }

    [Fact]
    public async Task A_quarantined_file_goes_with_no_message_and_is_its_uploaders_no_more()
    {
        await using var scanner = new FakeClamd();
        await using var house = await Open(scanner);
        var (clinic, patient, _) = await Steps.Open(house, "p1");
        var thread = await patient.Begins();
        var bad = await patient.Upload($"{AtPortal}/attachments", Infected);

        await Scanned(house, clinic, bad, FileScan.Quarantined);

        (await patient.Post($"{AtPortal}/threads/{thread}/messages", new { content = "Look", attachmentIds = new[] { bad } }))
            .IsRefused(422, "attachment_unusable");
        (await patient.Get($"{AtPortal}/attachments/{bad}")).IsRefused(410, "file_quarantined");
        (await patient.Get($"/api/files/{bad}")).IsRefused(410, "file_quarantined");
    }

    [Fact]
    public async Task Ten_files_go_with_a_message_and_the_eleventh_does_not()
    {
        await using var scanner = new FakeClamd();
        await using var house = await Open(scanner);
        var (_, patient, doctor) = await Steps.Open(house, "p1");
        var thread = await patient.Begins();
        var files = new List<string>();
        while (files.Count < 11) files.Add(await patient.Upload($"{AtPortal}/attachments", Clean));

        (await patient.Post($"{AtPortal}/threads/{thread}/messages", new { content = "All", attachmentIds = files })).Is(400);
        var sent = await patient.Post($"{AtPortal}/threads/{thread}/messages", new { content = "Ten", attachmentIds = files.Take(10) });

        Assert.Equal(10, sent.Is(201)["attachments"].GetArrayLength());
        Assert.Equal(["Hello", "Ten"], (await doctor.Get($"{AtStaff}/threads/{thread}")).Is(200).Contents());
    }

    private async Task<House> Open(FakeClamd scanner)
    {
        var usual = House.Usual;
        var house = new House(engine, usual with { Access = usual.Access with { Files = new FilesOptions { Scanner = scanner.Address } } });
        await house.InitializeAsync();
        return house;
    }

    /// <summary>A file that the scanner was away for is asked about again later: it is due at once here.</summary>
    private static Task Scanned(House house, Clinic clinic, string file, FileScan expected) => Until(
        async () =>
        {
            await clinic.Change(Due, clinic.Tenant.Value, file);
            return (await house.Get<StoredFiles>().Find(clinic.Tenant, file, default))!.Scan == expected;
        },
        $"The file has not become {expected}.");

    private static readonly Statement Due = new(
        "update access_file set scan_after = 0 where tenant_id = @tenant_id and file_id = @file_id");
}

public sealed class QuarantineOnSqlite() : QuarantineTests(Engine.Sqlite);

public sealed class QuarantineOnPostgres() : QuarantineTests(Engine.Postgres);
