using System.Text;
using Vagus.Kernel;
using static Vagus.Messaging.Tests.Steps;

namespace Vagus.Messaging.Tests.Files;

/// <summary>A file that a message or a note took is given out by the door of messages alone, also to who uploaded it.</summary>
public abstract class AttachmentDoorTests(House house)
{
    private static readonly byte[] Pdf = Encoding.ASCII.GetBytes("%PDF-1.4\n1 0 obj\n<< >>\nendobj\ntrailer\n<< >>\n%%EOF\n");

    [Fact]
    public async Task The_file_of_a_retracted_message_is_open_to_neither_side()
    {
        var (_, patient, doctor) = await Open(house, "p1");
        var thread = await patient.Begins();
        foreach (var (author, at, other, otherAt) in new[] { (doctor, AtStaff, patient, AtPortal), (patient, AtPortal, doctor, AtStaff) })
        {
            var file = await author.Upload($"{at}/attachments", Pdf);
            var before = (await author.Get($"/api/files/{file}/url")).Is(200)["url"].GetString()!;
            (await author.Get($"/api/files/{file}")).Is(200);
            var message = new { content = "See", attachmentIds = new[] { file } };
            var sent = (await author.Post($"{at}/threads/{thread}/messages", message)).Is(201);

            await IsClosed(author, file, before);
            (await author.Get($"{at}/attachments/{file}")).Is(200);
            (await other.Get($"{otherAt}/attachments/{file}")).Is(200);
            (await author.Post($"/api/messages/{sent["id"].GetString()}/retraction", new { reason = "the wrong file" })).Is(200);

            await IsClosed(author, file, before);
            (await author.Get($"{at}/attachments/{file}")).IsRefused(404, "not_found");
            (await other.Get($"{otherAt}/attachments/{file}")).IsRefused(404, "not_found");
        }
    }

    [Fact]
    public async Task The_file_of_a_draft_is_its_authors_and_that_of_a_waiting_message_is_so_at_the_door_of_messages()
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        var (thread, nurse) = (await patient.Begins(), await clinic.Has(Role.Nurse));
        var file = await doctor.Upload($"{AtStaff}/attachments", Pdf);
        (await doctor.Put($"{AtStaff}/threads/{thread}/draft", new { content = "See", attachmentIds = new[] { file } })).Is(200);

        (await doctor.Get($"/api/files/{file}")).Is(200);
        (await doctor.Get($"{AtStaff}/attachments/{file}")).Is(200);
        (await nurse.Get($"/api/files/{file}")).IsRefused(404, "file_not_found");

        (await doctor.Post($"{AtStaff}/threads/{thread}/messages", new
        {
            content = "See", attachmentIds = new[] { file }, sendAfter = DateTimeOffset.UtcNow.AddHours(1),
        })).Is(201);

        (await doctor.Get($"/api/files/{file}")).IsRefused(404, "file_not_found");
        (await doctor.Get($"{AtStaff}/attachments/{file}")).Is(200);
        (await nurse.Get($"{AtStaff}/attachments/{file}")).IsRefused(404, "not_found");
        (await patient.Get($"{AtPortal}/attachments/{file}")).IsRefused(404, "not_found");
    }

    [Fact]
    public async Task The_file_of_a_note_is_given_out_to_staff_at_the_door_of_messages()
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        var (thread, nurse) = (await patient.Begins(), await clinic.Has(Role.Nurse));
        var file = await doctor.Upload($"{AtStaff}/attachments", Pdf);

        (await doctor.Post($"{AtStaff}/threads/{thread}/messages", new
        {
            content = "For us", isInternalNote = true, attachmentIds = new[] { file },
        })).Is(201);

        (await doctor.Get($"/api/files/{file}")).IsRefused(404, "file_not_found");
        (await nurse.Get($"{AtStaff}/attachments/{file}")).Is(200);
        (await patient.Get($"{AtPortal}/attachments/{file}")).IsRefused(404, "not_found");
    }

    private static async Task IsClosed(Person author, string file, string address)
    {
        (await author.Get($"/api/files/{file}")).IsRefused(404, "file_not_found");
        (await author.Get($"/api/files/{file}/url")).IsRefused(404, "file_not_found");
        (await author.Get(address)).IsRefused(404, "file_not_found");
    }
}

public sealed class AttachmentDoorOnSqlite(SqliteHouse house) : AttachmentDoorTests(house);

public sealed class AttachmentDoorOnPostgres(PostgresHouse house) : AttachmentDoorTests(house);
