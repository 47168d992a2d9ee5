using Vagus.Storage.Migrations;

namespace Vagus.Care.Imaging;

/// <summary>Which images of which studies were stored, by their DICOM UIDs, and which ImagingStudy stands for a study.</summary>
internal static class ImagingTables
{
    public static readonly Migration[] All =
    [
        // wanted: so many images make the study worth a look; null where none were announced. open: the ImagingStudy waits for images.
        new(310, "images of studies", """
            create table care_image (
              tenant_id text not null,
              instance_uid text not null,
              file_id text not null,
              study_uid text not null,
              series_uid text not null,
              primary key (tenant_id, instance_uid)
            );
            create unique index care_image_file on care_image (tenant_id, file_id);
            create index care_image_study on care_image (tenant_id, study_uid);
            create table care_study (
              tenant_id text not null,
              study_uid text not null,
              patient_id text not null,
              stored bigint not null,
              resource_id text,
              wanted bigint,
              open boolean not null,
              primary key (tenant_id, study_uid)
            );
            create index care_study_resource on care_study (tenant_id, resource_id) where resource_id is not null;
            create index care_study_due on care_study (tenant_id, study_uid) where open and wanted <= stored;
            """),

        // Rises with each image and each version: a study that is put off is put off as it was looked at.
        new(353, "changes of studies", "alter table care_study add column changes bigint not null default 0;"),
    ];
}
