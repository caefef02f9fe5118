"""The reading methods of the library, and the calls that together read every record of a workspace.

The pager of a search is not used: it repeats the `pagination` of the first page and never ends.
"""

import functools
import inspect
import re

# A method, and the member of a collection whose values are its argument: one call each. Without a member: one call.
ONE_ARGUMENT = """
admins.find                                     admins.id
admins.identify
admins.list
ai_content.get_content_import_source            content_import_sources.id
ai_content.get_external_page                    external_pages.id
ai_content.list_content_import_sources
ai_content.list_external_pages
articles.find                                   articles.id
articles.list
away_status_reasons.list_away_status_reasons
calls.list_calls
calls.show_call                                 calls.id
companies.find                                  companies.id
companies.list
companies.list_attached_contacts                companies.id
companies.list_attached_segments                companies.id
companies.retrieve
companies.scroll
contacts.find                                   contacts.id
contacts.list
contacts.list_attached_companies                contacts.id
contacts.list_attached_segments                 contacts.id
contacts.list_attached_subscriptions            contacts.id
contacts.list_attached_tags                     contacts.id
conversations.find                              conversations.id
conversations.list
data_export.find                                data.id
export.list_available_datasets_and_attributes
help_centers.collections.find                   collections.id
help_centers.collections.list
help_centers.find                               help_centers.id
help_centers.list
internal_articles.list_internal_articles
internal_articles.retrieve_internal_article     internal_articles.id
internal_articles.search_internal_articles
ip_allowlist.get_ip_allowlist
jobs.status                                     jobs.id
news.feeds.find                                 newsfeeds.id
news.feeds.list
news.feeds.list_items                           newsfeeds.id
news.items.find                                 news_items.id
news.items.list
notes.find                                      notes.id
notes.list                                      contacts.id
segments.find                                   segments.id
subscription_types.list
tags.find                                       tags.id
tags.list
teams.find                                      teams.id
teams.list
ticket_states.list_ticket_states
ticket_types.get                                ticket_types.id
ticket_types.list
tickets.get                                     tickets.id

unstable.admins.identify_admin
unstable.admins.list_admins
unstable.admins.retrieve_admin                  admins.id
unstable.ai_content.get_content_import_source   content_import_sources.id
unstable.ai_content.get_external_page           external_pages.id
unstable.ai_content.list_content_import_sources
unstable.ai_content.list_external_pages
unstable.articles.list_articles
unstable.articles.retrieve_article              articles.id
unstable.away_status_reasons.list_away_status_reasons
unstable.brands.list_brands
unstable.brands.retrieve_brand                  brands.id
unstable.calls.list_calls
unstable.calls.show_call                        calls.id
unstable.companies.list_all_companies
unstable.companies.list_attached_contacts       companies.id
unstable.companies.list_attached_segments_for_companies  companies.id
unstable.companies.retrieve_a_company_by_id     companies.id
unstable.companies.retrieve_company
unstable.companies.scroll_over_all_companies
unstable.contacts.list_companies_for_a_contact  contacts.id
unstable.contacts.list_contacts
unstable.contacts.list_segments_for_a_contact   contacts.id
unstable.contacts.list_subscriptions_for_a_contact  contacts.id
unstable.contacts.list_tags_for_a_contact       contacts.id
unstable.contacts.show_contact                  contacts.id
unstable.conversations.list_conversations
unstable.conversations.list_handling_events     conversations.id
unstable.conversations.retrieve_conversation    conversations.id
unstable.data_export.get_data_export            data.id
unstable.emails.list_emails
unstable.emails.retrieve_email                  emails.id
unstable.export.list_available_datasets_and_attributes
unstable.help_center.list_all_collections
unstable.help_center.list_help_centers
unstable.help_center.retrieve_collection        collections.id
unstable.help_center.retrieve_help_center       help_centers.id
unstable.internal_articles.list_internal_articles
unstable.internal_articles.retrieve_internal_article  internal_articles.id
unstable.internal_articles.search_internal_articles
unstable.jobs.status                            jobs.id
unstable.macros.get_macro                       macros.id
unstable.macros.list_macros
unstable.news.list_live_newsfeed_items          newsfeeds.id
unstable.news.list_news_items
unstable.news.list_newsfeeds
unstable.news.retrieve_news_item                news_items.id
unstable.news.retrieve_newsfeed                 newsfeeds.id
unstable.notes.list_company_notes               companies.id
unstable.notes.list_notes                       contacts.id
unstable.notes.retrieve_note                    notes.id
unstable.segments.retrieve_segment              segments.id
unstable.subscription_types.list_subscription_types
unstable.tags.find_tag                          tags.id
unstable.tags.list_tags
unstable.teams.list_teams
unstable.teams.retrieve_team                    teams.id
unstable.ticket_states.list_ticket_states
unstable.ticket_types.get_ticket_type           ticket_types.id
unstable.ticket_types.list_ticket_types
unstable.tickets.get_ticket                     tickets.id
unstable.workflows.export_workflow              workflows.id
"""

EVERYTHING = {"query": {"field": "created_at", "operator": ">", "value": "0"}, "pagination": {"per_page": 150}}
# Answers that are no JSON, and answers for which the library declares the class of its errors.
UNTYPED = {
    "calls.show_call_recording", "calls.show_call_transcript", "data_export.download",
    "data_export.download_reporting_data_export", "unstable.calls.show_call_recording",
    "unstable.calls.show_call_transcript", "unstable.data_export.download_data_export",
    "unstable.calls.collect_fin_voice_call_by_external_id", "unstable.calls.collect_fin_voice_call_by_id",
    "unstable.calls.collect_fin_voice_call_by_phone_number",
}  # fmt: skip


def several_arguments(state):
    """The calls of methods with several arguments, a body, or a choice of records: method -> arguments of each call."""
    contacts = [{"intercom_user_id": contact["id"]} for contact in state["contacts"]]
    users = [contact for contact in state["contacts"] if contact["role"] == "user" and not contact["archived"]]
    # The library does not encode an argument that becomes a part of the path.
    external = [{"external_id": user["external_id"]} for user in users if re.fullmatch(r"[\w-]+", user["external_id"] or "")]
    called = [call["conversation_id"] for call in state["calls"] if call["conversation_id"]]
    return {
        "admins.list_all_activity_logs": [{"created_at_after": "0"}],
        "articles.search": [{"phrase": "bowl", "highlight": True}],
        "calls.list_calls_with_transcripts": [{"conversation_ids": called}] if called else [],
        "contacts.search": [EVERYTHING],
        "contacts.show_contact_by_external_id": external,
        "conversations.search": [EVERYTHING],
        "data_attributes.list": [{"model": model} for model in ("contact", "company", "conversation")],
        "data_export.export_reporting_data": [
            {"job_identifier": job["id"], "app_id": "a", "client_id": "c"} for job in state["reporting_data"]
        ],
        "events.list": [{"type": "user", "summary": summary, **contact} for contact in contacts for summary in (True, False)],
        "segments.list": [{"include_count": True}],
        "tickets.search": [EVERYTHING],
        "visitors.find": [{"user_id": visitor["user_id"]} for visitor in state["visitors"]],
        "unstable.admins.list_activity_logs": [{"created_at_after": "0"}],
        "unstable.articles.search_articles": [{"phrase": "bowl", "highlight": True}],
        "unstable.calls.list_calls_with_transcripts": [{"conversation_ids": called}] if called else [],
        "unstable.contacts.search_contacts": [EVERYTHING],
        "unstable.contacts.show_contact_by_external_id": external,
        "unstable.conversations.search_conversations": [EVERYTHING],
        "unstable.data_attributes.lis_data_attributes": [{"model": model} for model in ("contact", "company")],
        "unstable.data_events.lis_data_events": [{"type": "user", "filter": contact} for contact in contacts],
        "unstable.messages.get_whats_app_message_status": [{"ruleset_id": each["id"]} for each in state["rulesets"]],
        "unstable.segments.list_segments": [{"include_count": True}],
        "unstable.tickets.search_tickets": [EVERYTHING],
        "unstable.visitors.retrieve_visitor_with_user_id": [{"user_id": visitor["user_id"]} for visitor in state["visitors"]],
        **instances_of_custom_objects(state),
    }


def instances_of_custom_objects(state):
    stored = state["custom_object_instances"]
    methods = "custom_object_instances.get_custom_object_instances_by"
    by_id = [{"custom_object_type_identifier": each["type"], "custom_object_instance_id": each["id"]} for each in stored]
    external = [{"custom_object_type_identifier": each["type"], "external_id": each["external_id"]} for each in stored]
    return {
        f"{methods}_id": by_id,
        f"{methods}_external_id": external,
        f"unstable.{methods}_id": [{"custom_object_type_identifier": each["type"], "id": each["id"]} for each in stored],
        f"unstable.{methods}_external_id": external,
    }


def calls(state):
    """Every call: method -> positional and named arguments of each."""
    planned = {method: [((), named) for named in each] for method, each in several_arguments(state).items()}
    for method, *member in map(str.split, filter(None, ONE_ARGUMENT.splitlines())):
        collection, name = member[0].split(".") if member else ("", "")
        planned[method] = [((record[name],), {}) for record in state[collection]] if member else [((), {})]
    return planned


def methods():
    collections = ("calls", "contacts", "custom_object_instances", "reporting_data", "rulesets", "visitors")
    rows = filter(None, ONE_ARGUMENT.splitlines())
    return sorted([*(row.split()[0] for row in rows), *several_arguments(dict.fromkeys(collections, ()))])


def read(client, method, arguments):
    """Calls a method. A list is read to its end."""
    *path, name = method.split(".")
    page = getattr(functools.reduce(getattr, path, client), name)(*arguments[0], **arguments[1])
    while getattr(page, "has_next", False) and page.items and "search" not in name:
        page = page.get_next()


def reading_methods(owner, prefix=""):
    """The methods of a client that send a GET."""
    for name, member in inspect.getmembers_static(type(owner), lambda member: not isinstance(member, type)):
        if isinstance(member, property) and not name.startswith("_") and name != "with_raw_response":
            yield from reading_methods(getattr(owner, name), f"{prefix}{name}.")
        elif inspect.isfunction(member) and not name.startswith("_") and hasattr(owner, "with_raw_response"):
            source = inspect.getsource(getattr(type(owner.with_raw_response), name))
            if re.search(r'method="GET"', source):
                yield prefix + name
