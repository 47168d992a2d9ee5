using System.Security.Cryptography;
using System.Text;
using Vagus.Access.Files;
using Vagus.Kernel;
using static Vagus.Messaging.Tests.Steps;

namespace Vagus.Messaging.Tests.Files;

/// <summary>What a photo tells beside itself stays with who took it, whichever client sends it.</summary>
public abstract class PictureTests(House house)
{
    private const string Place = "48.8584 N 2.2945 E";

    private static readonly byte[] Pixels =
    [
        .. Segment(0xDB, [0, .. Enumerable.Repeat((byte)1, 64)]), .. Segment(0xC0, [8, 0, 1, 0, 1, 1, 1, 0x11, 0]),
        .. Segment(0xDA, [1, 1, 0, 0, 63, 0]), 0x12, 0x34, 0xFF, 0xD9,
    ];

    private static readonly byte[] Photo = [0xFF, 0xD8, .. Segment(0xFE, Encoding.ASCII.GetBytes(Place)), .. Pixels];

    [Fact]
    public async Task A_photo_is_kept_without_its_place_and_its_size_type_and_digest_are_those_of_what_is_kept()
    {
        var (clinic, patient, doctor) = await Open(house, "p1", "p2");
        var stranger = await clinic.Has(Role.Patient, patient: "p2");
        var (_, _, elsewhere) = await Open(house, "p1");
        foreach (var (who, door) in new[] { (patient, AtPortal), (doctor, AtStaff) })
        {
            var id = await who.Upload($"{door}/attachments", Photo, "IMG_1.jpg", "image/jpeg");
            var thread = (await patient.Post($"{AtPortal}/threads", new { subject = "s", category = "general", content = "x" }))
                .Is(201)["thread"].Text("id");
            var sent = (await who.Post($"{door}/threads/{thread}/messages", new { content = "Look", attachmentIds = new[] { id } })).Is(201);

            var answer = sent["attachments"][0];
            byte[] kept = [0xFF, 0xD8, .. Pixels];
            Assert.Equal((kept.Length, "image/jpeg"), (answer.GetProperty("size").GetInt32(), answer.Text("contentType")));
            foreach (var (reader, at) in new[] { (patient, AtPortal), (doctor, AtStaff) })
                Assert.Equal(kept, await reader.Download($"{at}/attachments/{id}"));
            (await stranger.Get($"{AtPortal}/attachments/{id}")).IsRefused(404, "not_found");
            (await elsewhere.Get($"{AtStaff}/attachments/{id}")).IsRefused(404, "not_found");
            var file = await house.Get<StoredFiles>().Find(clinic.Tenant, id, default);
            var facts = await house.Get<StoredFiles>().Facts(file!, default);
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(kept)), facts.Value.Sha256);
        }
    }

    [Fact]
    public async Task A_picture_from_which_nothing_can_be_left_out_is_refused_and_leaves_nothing()
    {
        var (_, patient, _) = await Open(house, "p1");

        (await patient.TryUpload($"{AtPortal}/attachments", Photo[..^1], "image/jpeg")).IsRefused(422, "picture_broken");
        byte[] padded = [0xFF, 0xD8, .. Enumerable.Repeat(Segment(0xFE, new byte[65_000]), 170).SelectMany(each => each), .. Pixels];
        (await patient.TryUpload($"{AtPortal}/attachments", padded, "image/jpeg")).IsRefused(413, "file_too_large");
        await patient.Upload($"{AtPortal}/attachments", Photo, "a.jpg", "image/jpeg");
    }

    [Theory]
    [InlineData("image/heic", "heic")]
    [InlineData("image/jpeg", "mif1")]
    [InlineData("application/octet-stream", "hevc")]
    public async Task A_picture_in_HEIC_is_refused_by_name_whatever_it_is_called(string type, string brand)
    {
        var (_, patient, doctor) = await Open(house, "p1");
        byte[] heic = [0, 0, 0, 24, .. "ftyp"u8, .. Encoding.ASCII.GetBytes(brand), 0, 0, 0, 0, .. new byte[200]];

        (await patient.TryUpload($"{AtPortal}/attachments", heic, type)).IsRefused(415, "heic_unsupported");
        (await doctor.TryUpload($"{AtStaff}/attachments", heic, type)).IsRefused(415, "heic_unsupported");
    }

    private static byte[] Segment(byte marker, byte[] content) =>
        [0xFF, marker, (byte)((content.Length + 2) >> 8), (byte)(content.Length + 2), .. content];
}

public sealed class PicturesOnSqlite(SqliteHouse house) : PictureTests(house);

public sealed class PicturesOnPostgres(PostgresHouse house) : PictureTests(house);
