"""Exports of messages, reports and workflows. The SDK discards downloads, so files are requested without it."""

import csv
import gzip
import io

import pytest
from intercom import BadRequestError
from intercom.core.api_error import ApiError

from support import ONCE, new_user, refused

EVERYTHING = {"created_at_after": 0, "created_at_before": 4_000_000_000}


@pytest.fixture
def download(http, token):
    """The rows of a CSV file as dictionaries."""

    def download(url):
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/octet-stream"}
        answer = http.get(url, headers=headers).raise_for_status()
        return list(csv.DictReader(io.StringIO(gzip.decompress(answer.content).decode(), newline="")))

    return download


def test_an_export_is_pending_and_completes(client, download):
    job = client.data_export.create(**EVERYTHING)
    assert job.status == "pending"
    assert (job.download_url, job.download_expires_at) == ("", "")
    done = client.data_export.find(job.job_identifier)
    assert (done.job_identifier, done.status) == (job.job_identifier, "completed")
    rows = download(done.download_url)
    assert rows[0]["content_title"] == "Spring menu"
    client.data_export.download(job.job_identifier)


def test_a_message_is_in_the_next_export(client, download):
    contact = new_user(client, "receiver@sdk.test")
    message = client.messages.create(
        request={
            "message_type": "email", "subject": "Soup, \"hot\"", "body": "Here", "template": "plain",
            "from": {"type": "admin", "id": 1001}, "to": {"type": "user", "id": contact.id},
        }
    )
    job = client.data_export.create(**EVERYTHING)
    rows = download(client.data_export.find(job.job_identifier).download_url)
    row = next(row for row in rows if row["content_id"] == message.id)
    assert (row["user_id"], row["email"], row["company_id"]) == (contact.id, "receiver@sdk.test", "-1")
    assert row["content_title"] == 'Soup, "hot"'


def test_an_export_without_rows_has_no_file(client):
    job = client.data_export.create(created_at_after=1, created_at_before=2)
    assert client.data_export.find(job.job_identifier).status == "no_data"
    with pytest.raises(ApiError) as refusal:
        client.data_export.download(job.job_identifier)
    assert refusal.value.status_code == 404


def test_an_export_is_canceled(client):
    job = client.data_export.create(**EVERYTHING)
    assert client.data_export.cancel(job.job_identifier).status == "canceled"


def test_a_report_has_the_attributes_that_were_asked_for(client, download):
    sets = {dataset.id: dataset for dataset in client.export.list_available_datasets_and_attributes().data}
    columns = [attribute.id for attribute in sets["conversation"].attributes[:2]]
    job = client.export.enqueue_a_new_reporting_data_export_job(
        dataset_id="conversation", attribute_ids=columns, start_time=0, end_time=4_000_000_000
    )
    assert job.status == "pending"
    done = client.data_export.export_reporting_data(job.job_identifier, app_id="mock1234", client_id="1")
    assert done.status == "complete"
    rows = download(done.download_url)
    assert list(rows[0]) == columns
    assert "1101" in [row[columns[0]] for row in rows]


def test_a_report_of_an_unknown_dataset_is_rejected(client):
    with refused(400, "bad_request", "soup is not a valid dataset_id", BadRequestError):
        client.export.enqueue_a_new_reporting_data_export_job(
            dataset_id="soup", attribute_ids=["a"], start_time=1, end_time=2, request_options=ONCE
        )


def test_a_workflow_is_exported_completely(preview):
    export = preview.unstable.workflows.export_workflow("7401")
    assert export.workflow.title == "Greeting"
    assert export.workflow.state == "live"
